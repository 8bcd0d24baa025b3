/* post: the event as JSON to an address, signed as Standard Webhooks says (standardwebhooks.com, version 1):
 * HMAC-SHA256 over "id.timestamp.body", the id being the same for every attempt. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "net/http.h"
#include "service/secret_file.h"
#include "work/event_json.h"

enum { POST_TIME_S = 30, ANSWER_MAX_BYTES = 1 << 20, SIGNATURE_BYTES = 32, SECRET_MAX_BYTES = 1024 };

/* A secret as its makers give it is whsec_ and base64; any other text stands for its bytes. */
static struct str key_bytes(struct arena *arena, struct str secret)
{
    static const char front[] = "whsec_";
    struct str coded = str_from(secret, str_starts(secret, str_of(front)) ? sizeof front - 1 : 0);
    if (coded.length == secret.length || coded.length == 0 || coded.length % 4 != 0 || coded.length > SECRET_MAX_BYTES)
        return coded;
    unsigned char *bytes = arena_alloc(arena, coded.length);
    int length = EVP_DecodeBlock(bytes, (const unsigned char *)coded.at, (int)coded.length);
    if (length < 0)
        return coded;
    for (size_t i = coded.length; i > 0 && coded.at[i - 1] == '=' && length > 0; i--)
        length--;
    return (struct str){ (const char *)bytes, (size_t)length };
}

static struct str sign(struct arena *arena, struct str secret, struct str id, struct str stamp, struct str body)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char coded[4 * ((SIGNATURE_BYTES + 2) / 3) + 1];
    unsigned int length = 0;
    struct str key = key_bytes(arena, secret);
    struct str message = ARENA_JOIN(arena, id, STR("."), stamp, STR("."), body);
    if (HMAC(EVP_sha256(), key.at, (int)key.length, (const unsigned char *)message.at, message.length, digest,
             &length) == NULL)
        return STR("");
    EVP_EncodeBlock((unsigned char *)coded, digest, (int)length);
    return arena_format(arena, "v1,%s", coded);
}

static enum task_result classify_response(struct task *task, const struct http_response *answer)
{
    long status = answer->status;
    task->retry_after_s = answer->retry_after_s;
    if (status >= 200 && status < 300)
        return TASK_DONE;
    if (status == 410)
        return task_fail(task, TASK_GIVE_UP, "answered 410: the receiver wants nothing more");
    if (status >= 300 && status < 400)
        return task_fail(task, TASK_RETRY, "answered %ld: a redirect is not followed; enter the address that it names",
                         status);
    return task_fail(task, TASK_RETRY, "answered %ld", status);
}

enum task_result task_post(struct task *task)
{
    struct arena *arena = task->arena;
    const struct actions *actions = task->actions;
    struct str secret, body = event_json_of_task(task), headers[3];
    struct str stamp = arena_format(arena, "%lld", (long long)(task->now_us / 1000000));
    struct http_response answer;
    size_t count = 0;
    if (secret_file_read(arena, actions->secret, actions->secret_file, &secret, &task->why) != 0)
        return TASK_RETRY;
    struct str id = ARENA_JOIN(arena, STR("msg_"), task->job.id);
    headers[count++] = ARENA_JOIN(arena, STR("webhook-id: "), id);
    headers[count++] = ARENA_JOIN(arena, STR("webhook-timestamp: "), stamp);
    if (secret.length > 0)
        headers[count++] = ARENA_JOIN(arena, STR("webhook-signature: "), sign(arena, secret, id, stamp, body));
    struct http_request request = {
        .url = actions->post,
        .body = body,
        .content_type = STR("application/json"),
        .headers = headers,
        .header_count = count,
        .time_s = actions->time_limit_s < POST_TIME_S ? actions->time_limit_s : POST_TIME_S,
        .stall_s = POST_TIME_S,
        .max_bytes = ANSWER_MAX_BYTES,
        .ca_file = task->work->ca_file,
    };
    enum http_result result = http_perform(arena, &request, &answer, &task->why);
    if (result != HTTP_DONE)
        return result == HTTP_REFUSED ? TASK_GIVE_UP : TASK_RETRY;
    return classify_response(task, &answer);
}
