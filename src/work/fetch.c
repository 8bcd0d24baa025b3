#include "work/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/secret_file.h"

enum { NAME_MAX_BYTES = 180, ENDING_MAX_BYTES = 11, REDIRECTS_MAX = 3, FOLDER_MODE = 0750, FILE_MODE = 0640 };

size_t fetch_addresses(const struct task *task, struct str addresses[FETCH_MEDIA_MAX])
{
    static const char *const names[] = { "RecordingUrl", "MediaUrl" };
    size_t count = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str address = form_value(&task->form, names[i]);
        if (address.length > 0)
            addresses[count++] = address;
    }
    for (int i = 0; count < FETCH_MEDIA_MAX; i++) {
        struct str address = form_value(&task->form, arena_format(task->arena, "MediaUrl%d", i).at);
        if (address.length == 0)
            break;
        addresses[count++] = address;
    }
    return count;
}

/* --- what came --- */

static const struct media_type {
    const char *type, *ending;
} media_types[] = {
    { "audio/wav", "wav" },       { "audio/x-wav", "wav" },   { "audio/wave", "wav" },  { "audio/vnd.wave", "wav" },
    { "audio/mpeg", "mp3" },      { "audio/mp3", "mp3" },     { "audio/ogg", "ogg" },   { "audio/mp4", "m4a" },
    { "audio/amr", "amr" },       { "audio/3gpp", "3gp" },    { "image/jpeg", "jpg" },  { "image/png", "png" },
    { "image/gif", "gif" },       { "image/webp", "webp" },   { "image/tiff", "tiff" }, { "image/heic", "heic" },
    { "application/pdf", "pdf" }, { "video/mp4", "mp4" },     { "video/3gpp", "3gp" },  { "text/vcard", "vcf" },
    { "text/x-vcard", "vcf" },    { "text/calendar", "ics" }, { "text/plain", "txt" },
};

/* An address that says its ending is believed where the type says none. */
static struct str ending_of(const struct task *task, struct str type, struct str address)
{
    for (size_t i = 0; i < sizeof media_types / sizeof *media_types; i++)
        if (str_is(type, media_types[i].type))
            return str_of(media_types[i].ending);
    struct str path = str_upto(address, str_find_char(address, '?'));
    for (size_t i = 0; i < sizeof media_types / sizeof *media_types; i++) {
        struct str ending = arena_format(task->arena, ".%s", media_types[i].ending);
        if (path.length > ending.length && str_equal_nocase(str_from(path, path.length - ending.length), ending))
            return str_from(ending, 1);
    }
    return STR("bin");
}

static bool is_known_type(struct str type)
{
    static const char *const fronts[] = { "image/", "audio/", "video/" };
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        if (str_starts(type, str_of(fronts[i])))
            return true;
    for (size_t i = 0; i < sizeof media_types / sizeof *media_types; i++)
        if (str_is(type, media_types[i].type))
            return true;
    return false;
}

/* image/jpeg; or all of a kind: image, with a star behind the slash */
static bool is_among(const struct word *types, struct str type)
{
    for (; types != NULL; types = types->next) {
        size_t last = types->text.length - 1;
        bool all = types->text.at[last] == '*';
        struct str front = str_upto(types->text, all ? last : last + 1);
        if (all ? str_starts_nocase(type, front) : str_equal_nocase(type, front))
            return true;
    }
    return false;
}

/* Anybody can send pictures: by default only known media types are wanted. Recordings and
 * faxes the platform makes itself. */
static bool is_wanted(const struct task *task, struct str type, struct str ending)
{
    const struct word *types = task->actions == NULL ? NULL : task->actions->fetch_types;
    if (types != NULL)
        return is_among(types, type);
    bool says_nothing = type.length == 0 || str_starts(type, STR("application/octet-stream")) ||
                        str_starts(type, STR("binary/octet-stream"));
    return !str_is(task->event.kind, "message") || is_known_type(type) || (says_nothing && !str_is(ending, "bin"));
}

/* What the event says of a picture's type; empty where it does not. */
static struct str declared_type(const struct task *task, struct str address)
{
    for (int i = 0; i < FETCH_MEDIA_MAX; i++)
        if (str_equal(form_value(&task->form, arena_format(task->arena, "MediaUrl%d", i).at), address))
            return form_value(&task->form, arena_format(task->arena, "MediaContentType%d", i).at);
    return STR("");
}

static enum task_result refuse_type(struct task *task, struct str type)
{
    return task_fail(task, TASK_GIVE_UP, "a medium of the type '%.*s' is not fetched: see fetch_types",
                     STR_ARGS(str_upto(type, 80)));
}

/* A page that says "not found", or "log in", with a 200 is not a recording. */
static bool is_page(const struct http_response *answer)
{
    static const char *const types[] = { "text/html", "application/xhtml+xml", "application/json", "text/xml",
                                         "application/xml" };
    static const char *const starts[] = { "<!doctype", "<html", "<?xml", "<head", "<body" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(answer->content_type, types[i]))
            return true;
    struct str start = str_trim(answer->start);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts_nocase(start, str_of(starts[i])))
            return true;
    return false;
}

/* --- into a file --- */

struct sink {
    struct task *task;
    int file;
    GChecksum *checksum; /* of what has come */
};

static int write_chunk(void *context, struct str bytes)
{
    struct sink *sink = context;
    g_checksum_update(sink->checksum, (const guchar *)bytes.at, (gssize)bytes.length);
    while (bytes.length > 0) {
        ssize_t written = write(sink->file, bytes.at, bytes.length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_set(&sink->task->why, "cannot write: %s", strerror(errno));
        bytes = str_from(bytes, (size_t)written);
    }
    return 0;
}

/* Frees the checksum. In lower-case hex. */
static struct str finish_checksum(struct arena *arena, GChecksum *checksum)
{
    struct str digest = arena_copy(arena, str_of(g_checksum_get_string(checksum)));
    g_checksum_free(checksum);
    return digest;
}

static struct str sha256_of(struct arena *arena, int file)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    unsigned char bytes[16384];
    ssize_t got;
    while ((got = read(file, bytes, sizeof bytes)) > 0)
        g_checksum_update(checksum, bytes, got);
    return finish_checksum(arena, checksum);
}

static int add_user(const struct task *task, struct http_request *request, struct error *error)
{
    const struct settings *settings = task->service->settings;
    struct str token;
    if (secret_file_read(task->arena, settings->token, settings->token_file, &token, error) != 0)
        return -1;
    if (settings->project.length > 0 && token.length > 0)
        request->user = ARENA_JOIN(task->arena, settings->project, STR(":"), token);
    return 0;
}

static enum task_result classify_response(struct task *task, const struct http_response *answer)
{
    long status = answer->status;
    task->retry_after_s = answer->retry_after_s;
    if (status >= 200 && status < 300 && is_page(answer))
        return task_fail(task, TASK_RETRY, "a page came (%.*s) where a recording, a fax or a picture was expected",
                         STR_ARGS(str_upto(answer->content_type, 80)));
    if (status >= 200 && status < 300 && answer->bytes == 0)
        return task_fail(task, TASK_RETRY, "an empty answer came");
    if (status >= 200 && status < 300)
        return TASK_DONE;
    if (status == 401 || status == 403)
        return task_fail(task, TASK_RETRY, "answered %ld: are project and token right?", status);
    return task_fail(task, TASK_RETRY, "answered %ld", status);
}

enum task_result fetch_into(struct task *task, struct str address, int64_t max_bytes, int file, struct fetched *fetched)
{
    const struct work *work = task->work;
    struct str declared = declared_type(task, address);
    if (declared.length > 0 && !is_wanted(task, declared, ending_of(task, declared, STR(""))))
        return refuse_type(task, declared);
    if (task->actions != NULL && task->actions->fetch_size > 0 && task->actions->fetch_size < max_bytes)
        max_bytes = task->actions->fetch_size;
    struct sink sink = { task, file, NULL };
    struct http_response answer;
    struct http_request request = {
        .url = address,
        .hosts = work->fetch_hosts,
        .private_hosts = work->private_hosts,
        .time_s = work->fetch_time_s,
        .stall_s = work->stall_s,
        .max_bytes = max_bytes,
        .redirects = REDIRECTS_MAX,
        .ca_file = work->ca_file,
        .on_chunk = write_chunk,
        .context = &sink,
    };
    if (add_user(task, &request, &task->why) != 0)
        return TASK_RETRY;
    sink.checksum = g_checksum_new(G_CHECKSUM_SHA256);
    enum http_result result = http_perform(task->arena, &request, &answer, &task->why);
    struct str sha256 = finish_checksum(task->arena, sink.checksum);
    if (result != HTTP_DONE)
        return result == HTTP_REFUSED ? TASK_GIVE_UP : TASK_RETRY;
    enum task_result outcome = classify_response(task, &answer);
    if (outcome != TASK_DONE)
        return outcome;
    if (!is_wanted(task, answer.content_type, ending_of(task, answer.content_type, address)))
        return refuse_type(task, answer.content_type);
    if (fsync(file) != 0)
        return task_fail(task, TASK_RETRY, "cannot write: %s", strerror(errno));
    *fetched =
        (struct fetched){ answer.content_type, ending_of(task, answer.content_type, address), sha256, answer.bytes };
    return TASK_DONE;
}

/* --- to a folder --- */

struct naming {
    const struct fetched *fetched;
    struct str part;
};

static struct str name_of(void *context, struct str name)
{
    const struct naming *naming = context;
    if (str_is(name, "type"))
        return naming->fetched->ending;
    if (str_is(name, "sha256"))
        return naming->fetched->sha256;
    return str_is(name, "part") ? naming->part : STR("");
}

/* The position of a name's last dot, or its length. */
static size_t ending_at(struct str name)
{
    size_t dot = name.length;
    while (dot > 0 && name.at[dot - 1] != '.')
        dot--;
    return dot == 0 ? name.length : dot - 1;
}

#define PLAIN G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._+@=,-"

/* What a request says becomes letters, digits and a few signs, and never a path or a hidden file. */
static struct str safe_name(struct arena *arena, struct str name)
{
    struct str ending = str_from(name, ending_at(name));
    if (ending.length > ENDING_MAX_BYTES)
        ending = STR("");
    if (name.length > NAME_MAX_BYTES) /* it is shortened in the middle */
        name = ARENA_JOIN(arena, str_upto(name, NAME_MAX_BYTES - ending.length), ending);
    char *safe = (char *)(uintptr_t)arena_copy(arena, name).at;
    for (size_t i = 0; i < name.length; i++)
        if (safe[i] == '\0' || strchr(PLAIN, safe[i]) == NULL || (i == 0 && safe[i] == '.'))
            safe[i] = '_';
    return name.length == 0 ? STR("_") : str_of(safe);
}

/* True when the file has the same content: an earlier attempt has fetched it. */
static bool is_same_file(int folder, const char *name, const struct fetched *fetched, struct arena *arena)
{
    struct stat status;
    int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    bool same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == fetched->bytes &&
                str_equal(sha256_of(arena, file), fetched->sha256);
    close(file);
    return same;
}

/* Over no other file: by the file system's own means, or by a second link where it has none. 0, or -1 with errno. */
static int rename_noreplace(int folder, const char *from, const char *to)
{
    if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    return linkat(folder, from, folder, to, 0) == 0 ? unlinkat(folder, from, 0) : -1;
}

/* Gives the part its name, never over another file's: a name that is taken gets -2, -3 ... ahead of its ending. */
static enum task_result move_to_free_name(struct task *task, int folder, const char *part, struct str wanted,
                                          const struct fetched *fetched, struct str *chosen)
{
    size_t dot = ending_at(wanted);
    *chosen = wanted;
    for (int copy = 2; copy < 1000; copy++) {
        if (rename_noreplace(folder, part, chosen->at) == 0 ||
            (errno == EEXIST && is_same_file(folder, chosen->at, fetched, task->arena))) {
            unlinkat(folder, part, 0);
            return fsync(folder) == 0 ? TASK_DONE
                                      : task_fail(task, TASK_RETRY, "cannot write the folder: %s", strerror(errno));
        }
        if (errno != EEXIST)
            return task_fail(task, TASK_RETRY, "%s: %s", chosen->at, strerror(errno));
        *chosen = arena_format(task->arena, "%.*s-%d%.*s", STR_ARGS(str_upto(wanted, dot)), copy,
                               STR_ARGS(str_from(wanted, dot)));
    }
    return task_fail(task, TASK_GIVE_UP, "%s: a thousand files have this name already", wanted.at);
}

static enum task_result fetch_one(struct task *task, int folder, struct str address, size_t number,
                                  struct fetched *fetched, struct str *chosen)
{
    /* The next attempt finds it and starts again. */
    const char *part = arena_format(task->arena, ".%.*s-%zu.part", STR_ARGS(task->job.id), number).at;
    unlinkat(folder, part, 0);
    int file = openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (file < 0)
        return task_fail(task, TASK_RETRY, "%.*s/%s: %s", STR_ARGS(task->actions->fetch), part, strerror(errno));
    enum task_result outcome = fetch_into(task, address, task->work->fetch_max, file, fetched);
    close(file);
    if (outcome == TASK_DONE) {
        struct naming naming = { fetched, number == 0 ? STR("") : arena_format(task->arena, "-%zu", number + 1) };
        struct str name = safe_name(task->arena, task_fill(task, task->actions->name, name_of, &naming));
        outcome = move_to_free_name(task, folder, part, name, fetched, chosen);
    }
    unlinkat(folder, part, 0);
    return outcome;
}

/* What was fetched is an event of its own: the checksum is kept with it, and in keep_days it orders the end. */
static void emit_fetched(struct task *task, const struct str *paths, const struct fetched *all, size_t count)
{
    struct buffer parameters = buffer_in(task->arena);
    const struct event *from = &task->event;
    struct event event = event_derive(from, arena_format(task->arena, "%.*s.fetched", STR_ARGS(from->kind)).at);
    for (size_t i = 0; i < count; i++) {
        const char *number = count == 1 ? "" : arena_format(task->arena, "%zu", i).at;
        form_add(&parameters, arena_format(task->arena, "Path%s", number), paths[i]);
        form_add(&parameters, arena_format(task->arena, "Sha256%s", number), all[i].sha256);
        form_add(&parameters, arena_format(task->arena, "Bytes%s", number),
                 arena_format(task->arena, "%lld", (long long)all[i].bytes));
        form_add(&parameters, arena_format(task->arena, "ContentType%s", number), all[i].content_type);
    }
    form_add(&parameters, STR("FetchedFor"), from->name);
    event.parameters = buffer_text(&parameters);
    event.dedup_key = event.cause = ARENA_JOIN(task->arena, event.name, STR(" "), task->job.id);
    if (task->actions->keep_days > 0) {
        struct job_request *order = ARENA_NEW(task->arena, struct job_request);
        *order = (struct job_request){ NULL, STR("discard"), task->now_us + task->actions->keep_days * 86400000000LL };
        event.job_requests = order;
    }
    task_emit_event(task, &event);
}

enum task_result task_fetch(struct task *task)
{
    struct str addresses[FETCH_MEDIA_MAX], paths[FETCH_MEDIA_MAX], name = STR("");
    struct fetched all[FETCH_MEDIA_MAX] = { { .bytes = 0 } };
    size_t count = fetch_addresses(task, addresses), got = 0;
    const char *path = arena_copy(task->arena, task->actions->fetch).at;
    enum task_result outcome = TASK_DONE;
    if (count == 0)
        return task_fail(task, TASK_DONE, "the event names nothing that could be fetched");
    if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST)
        return task_fail(task, TASK_RETRY, "%s: %s", path, strerror(errno));
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return task_fail(task, TASK_RETRY, "%s: %s", path, strerror(errno));
    for (size_t i = 0; i < count && outcome != TASK_RETRY; i++) {
        outcome = fetch_one(task, folder, addresses[i], i, &all[got], &name);
        if (outcome == TASK_DONE)
            paths[got++] = arena_format(task->arena, "%s/%.*s", path, STR_ARGS(name));
        else if (count > 1)
            log_line(task->log, LOG_LEVEL_WARNING, "job %.*s: one of %zu: %s", STR_ARGS(str_upto(task->job.id, 8)),
                     count, task->why.sentence);
    }
    close(folder);
    /* One that is not wanted, or too large, does not keep the others from coming. */
    if (outcome == TASK_RETRY || got == 0)
        return outcome;
    emit_fetched(task, paths, all, got);
    return TASK_DONE;
}

/* Deletes the file after keep_days. */
enum task_result task_discard(struct task *task)
{
    if (!str_is(task->event.origin, "derived"))
        return task_fail(task, TASK_GIVE_UP, "this event does not belong to a download");
    for (size_t i = 0; i < task->form.count; i++) {
        const char *path = arena_copy(task->arena, task->form.at[i].value).at;
        if (str_starts(task->form.at[i].name, STR("Path")) && unlink(path) != 0 && errno != ENOENT)
            return task_fail(task, TASK_RETRY, "%s: %s", path, strerror(errno));
    }
    return TASK_DONE;
}
