/* mail: a message for people, made by GMime, sent by the host's sendmail or by SMTP through libcurl. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "service/secret_file.h"
#include "work/event_json.h"
#include "work/fetch.h"
#include "work/spawn.h"

enum { SEND_TIME_S = 120, SERVER_WORDS_MAX = 200, SUBJECT_MAX_CHARACTERS = 200 };

static void start_gmime(void)
{
    g_mime_init();
}

/* --- what it says --- */

static struct str on_one_line(struct arena *arena, struct str text)
{
    struct str clean = arena_copy(arena, utf8_repair(arena, str_prefix(text, SUBJECT_MAX_CHARACTERS)));
    char *at = (char *)(uintptr_t)clean.at;
    for (size_t i = 0; i < clean.length; i++)
        if ((unsigned char)at[i] < 0x20 || at[i] == 0x7F)
            at[i] = ' ';
    return clean;
}

/* Where people read it, a time has its colons; in the name of a file it has none. */
static struct str clock_time(void *context, struct str name)
{
    const struct task *task = context;
    struct zone_time at = task_local_time(task);
    return str_is(name, "time") ? arena_format(task->arena, "%02d:%02d:%02d", at.minute / 60, at.minute % 60, at.second)
                                : STR("");
}

static struct str filled(const struct task *task, struct str text)
{
    return task_fill(task, text, clock_time, (void *)(uintptr_t)task);
}

static struct str who(const struct task *task)
{
    return task->event.from.length > 0 ? task->event.from : STR("an unknown number");
}

static struct str subject_of(const struct task *task)
{
    struct arena *arena = task->arena;
    if (task->actions->subject.length > 0)
        return on_one_line(arena, filled(task, task->actions->subject));
    struct str line = task->line != NULL && task->line->label.length > 0 ? task->line->label : task->event.line;
    static const struct {
        const char *event, *words;
    } known[] = {
        { "voicemail.received", "Voicemail from" },      { "fax.received", "Fax from" },
        { "fax.failed", "Fax that failed, from" },       { "form.completed", "Form filled in by" },
        { "form.expired", "Form left unfinished by" },   { "call.missed", "Missed call from" },
        { "call.abandoned", "Caller hung up early:" },   { "message.received", "Text from" },
        { "message.stuck", "Text not confirmed, from" }, { "message.undelivered", "Text not delivered, from" }
    };
    const char *words = NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(task->event.name, known[i].event))
            words = known[i].words;
    struct str what = words != NULL ? str_of(words) : ARENA_JOIN(arena, task->event.name, STR(","));
    return on_one_line(arena, arena_format(arena, "%.*s %.*s%s%.*s", STR_ARGS(what), STR_ARGS(who(task)),
                                           line.length > 0 ? " - " : "", STR_ARGS(line)));
}

static void add_fact(struct buffer *body, struct arena *arena, const char *name, struct str value)
{
    if (value.length > 0)
        buffer_format(body, "%-14s %.*s\n", name, STR_ARGS(on_one_line(arena, value)));
}

static void add_words(struct buffer *body, struct arena *arena, struct str words)
{
    if (words.length == 0)
        return;
    buffer_add(body, utf8_repair(arena, words));
    buffer_add(body, STR("\n\n"));
}

/* Each answer of a form, by its name. */
static void add_answers(struct buffer *body, const struct task *task)
{
    struct str names = form_value(&task->form, "Answers"), name;
    while (str_next(&names, ',', &name))
        add_fact(body, task->arena, ARENA_JOIN(task->arena, name, STR(":")).at,
                 form_value(&task->form, arena_copy(task->arena, name).at));
    if (form_value(&task->form, "Answers").length > 0)
        buffer_add_char(body, '\n');
}

/* What was said first, then who, when and where. */
static struct str body_of(const struct task *task, bool attached)
{
    struct arena *arena = task->arena;
    const struct form *form = &task->form;
    struct str addresses[FETCH_MEDIA_MAX];
    struct buffer body = buffer_in(arena);
    size_t count = fetch_addresses(task, addresses);
    add_words(&body, arena, task->transcription);
    if (form_value(form, "Form").length > 0)
        add_answers(&body, task);
    else
        add_words(&body, arena, form_value(form, "Body"));
    add_words(&body, arena, form_value(form, "TranscriptionText"));
    add_fact(&body, arena, "From:", task->event.from);
    add_fact(&body, arena, "Name:", form_value(form, "CallerName"));
    add_fact(&body, arena, "To:", task->event.to);
    add_fact(&body, arena, "Line:", task->event.line);
    add_fact(&body, arena, "Time:", filled(task, STR("{{date}} {{time}}")));
    add_fact(&body, arena, "Length:",
             form_value(form, "RecordingDuration").length > 0
                 ? ARENA_JOIN(arena, form_value(form, "RecordingDuration"), STR(" s"))
                 : STR(""));
    add_fact(&body, arena, "Pages:", form_value(form, "NumPages"));
    add_fact(&body, arena, "Station:", form_value(form, "RemoteStationId"));
    add_fact(&body, arena, "State:", task->event.state);
    add_fact(&body, arena, "Error:", form_value(form, "ErrorCode"));
    add_fact(&body, arena, "Reason:", form_value(form, "ErrorMessage"));
    for (size_t i = 0; i < count && !attached; i++)
        add_fact(&body, arena, "Link:", addresses[i]);
    add_fact(&body, arena, "Event:", task->event.name);
    add_fact(&body, arena, "SID:", task->event.sid);
    return buffer_text(&body);
}

/* --- what it carries --- */

static struct str ending_name(void *context, struct str name)
{
    const struct fetched *fetched = context;
    return str_is(name, "type") ? fetched->ending : STR("");
}

static void attach(struct task *task, GMimeMultipart *parts, FILE *file, const struct fetched *fetched)
{
    struct str type = str_find_char(fetched->content_type, '/') < fetched->content_type.length
                          ? fetched->content_type
                          : STR("application/octet-stream");
    size_t slash = str_find_char(type, '/');
    const char *major = arena_copy(task->arena, str_upto(type, slash)).at,
               *minor = arena_copy(task->arena, str_from(type, slash + 1)).at;
    struct str name = task_fill(task, STR("{{date}}-{{time}}.{{type}}"), ending_name, (void *)(uintptr_t)fetched);
    GMimePart *part = g_mime_part_new_with_type(major, minor);
    rewind(file);
    GMimeStream *stream = g_mime_stream_fs_new(fcntl(fileno(file), F_DUPFD_CLOEXEC, 0));
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_part_set_filename(part, name.at);
    g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
    g_mime_multipart_add(parts, GMIME_OBJECT(part));
    g_object_unref(content);
    g_object_unref(stream);
    g_object_unref(part);
}

/* Media that cannot be had are linked, but only when there is no further try. */
static enum task_result attach_all(struct task *task, GMimeMultipart *parts, bool *attached)
{
    struct str addresses[FETCH_MEDIA_MAX];
    size_t count = task->actions->attach ? fetch_addresses(task, addresses) : 0;
    *attached = count > 0;
    for (size_t i = 0; i < count; i++) {
        struct fetched fetched;
        FILE *file = tmpfile();
        if (file == NULL)
            return task_fail(task, TASK_RETRY, "no temporary file: %s", strerror(errno));
        fcntl(fileno(file), F_SETFD, FD_CLOEXEC);
        enum task_result outcome = fetch_into(task, addresses[i], task->work->attach_max, fileno(file), &fetched);
        if (outcome == TASK_DONE)
            attach(task, parts, file, &fetched);
        fclose(file);
        if (outcome == TASK_RETRY && !task->last)
            return outcome;
        if (outcome != TASK_DONE) {
            log_line(task->log, LOG_LEVEL_WARNING, "job %.*s: linked instead of attached: %s",
                     STR_ARGS(str_upto(task->job.id, 8)), task->why.sentence);
            *attached = false;
        }
    }
    return TASK_DONE;
}

/* --- the message --- */

static const char *sender_of(const struct task *task)
{
    char host[256] = "localhost";
    if (task->work->mail_from.length > 0)
        return arena_copy(task->arena, task->work->mail_from).at;
    gethostname(host, sizeof host - 1);
    return arena_format(task->arena, "hookswitch@%s", host).at;
}

static GMimeMessage *begin_message(const struct task *task, const char *sender)
{
    GMimeMessage *message = g_mime_message_new(TRUE);
    const char *at = strchr(sender, '@');
    struct str subject = subject_of(task);
    GDateTime *date = g_date_time_new_from_unix_utc(task->event.received_us / 1000000);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, NULL, sender);
    for (const struct word *to = task->actions->mail; to != NULL; to = to->next)
        g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, arena_copy(task->arena, to->text).at);
    g_mime_message_set_subject(message, arena_copy(task->arena, subject).at, "utf-8");
    g_mime_message_set_date(message, date);
    /* The same however often it is tried: a mailbox that has it can tell. */
    g_mime_message_set_message_id(
        message, arena_format(task->arena, "%.*s@%s", STR_ARGS(task->job.id), at == NULL ? "hookswitch" : at + 1).at);
    g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", "utf-8");
    g_date_time_unref(date);
    return message;
}

static GMimeObject *text_part(const struct str body)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype("plain");
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, body.at);
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static struct str written(struct arena *arena, GMimeMessage *message)
{
    GMimeFormatOptions *options = g_mime_format_options_new();
    GMimeStream *memory = g_mime_stream_mem_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_UNIX);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), options, memory);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
    struct str text = arena_copy(arena, (struct str){ (const char *)bytes->data, bytes->len });
    g_object_unref(memory);
    g_mime_format_options_free(options);
    return text;
}

static enum task_result compose(struct task *task, const char *sender, struct str *text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool attached = false;
    pthread_once(&once, start_gmime);
    GMimeMultipart *parts = g_mime_multipart_new_with_subtype("mixed");
    enum task_result outcome = attach_all(task, parts, &attached);
    if (outcome == TASK_DONE) {
        GMimeMessage *message = begin_message(task, sender);
        GMimeObject *plain = text_part(body_of(task, attached));
        g_mime_multipart_insert(parts, 0, plain);
        bool single = g_mime_multipart_get_count(parts) == 1;
        g_mime_message_set_mime_part(message, single ? plain : GMIME_OBJECT(parts));
        *text = written(task->arena, message);
        g_object_unref(plain);
        g_object_unref(message);
    }
    g_object_unref(parts);
    return outcome;
}

/* --- by sendmail --- */

static void log_output(void *context, struct str line)
{
    const struct task *task = context;
    log_line(task->log, LOG_LEVEL_INFO, "job %.*s: sendmail: %.*s", STR_ARGS(str_upto(task->job.id, 8)),
             STR_ARGS(line));
}

static enum task_result send_by_program(struct task *task, const char *sender, struct str message)
{
    char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *const environment[] = { path, NULL };
    const char *arguments[ACTIONS_RECIPIENTS_MAX + 8];
    size_t used = 0;
    arguments[used++] = arena_copy(task->arena, task->work->sendmail).at;
    arguments[used++] = "-i";
    arguments[used++] = "-f";
    arguments[used++] = sender;
    arguments[used++] = "--";
    for (const struct word *to = task->actions->mail; to != NULL; to = to->next)
        arguments[used++] = arena_copy(task->arena, to->text).at;
    arguments[used] = NULL;
    struct spawn spawn = { .arguments = (char *const *)(uintptr_t)arguments,
                           .environment = environment,
                           .input = message,
                           .time_limit_s = SEND_TIME_S,
                           .on_line = log_output,
                           .context = task };
    return spawn_run(&spawn, &task->why) == 0 ? TASK_DONE : TASK_RETRY;
}

/* --- by SMTP (RFC 5321) --- */

static size_t read_message(char *to, size_t size, size_t count, void *context)
{
    struct str *left = context, part = str_upto(*left, size * count);
    memcpy(to, part.at, part.length);
    *left = str_from(*left, part.length);
    return part.length;
}

/* Mail goes by lines that end in CR LF. */
static struct str with_crlf(struct arena *arena, struct str text)
{
    struct buffer lines = buffer_in(arena);
    while (text.length > 0) {
        size_t end = str_find_char(text, '\n');
        buffer_add(&lines, str_upto(text, end));
        buffer_add(&lines, STR("\r\n"));
        text = str_from(text, end + 1);
    }
    return buffer_text(&lines);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)context;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* smtp://localhost:25, smtp://127.0.0.1, smtp://[::1] */
static bool is_this_host(struct str smtp)
{
    struct str host = str_from(smtp, str_find(smtp, STR("//")) + 2);
    if (str_starts(host, STR("[::1]")))
        return true;
    host = str_upto(host, str_find_char(host, '/'));
    host = str_upto(host, str_find_char(host, ':'));
    for (size_t i = 0; i < host.length && str_starts(host, STR("127.")); i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9'))
            return false;
    return str_starts(host, STR("127.")) || str_equal_nocase(host, STR("localhost"));
}

/* A name and password go over an encrypted connection or not at all. To this very host a certificate, which there is
 * seldom more than self-signed, protects nothing: it is asked for where smtp_ca_file says whose. */
static void set_encryption(CURL *curl, struct arena *arena, const struct work *work)
{
    struct str trusted = work->smtp_ca_file.length > 0 ? work->smtp_ca_file : work->ca_file;
    long wanted = work->smtp_user.length > 0                                   ? CURLUSESSL_ALL
                  : work->smtp_ca_file.length == 0 && is_this_host(work->smtp) ? CURLUSESSL_NONE
                                                                               : CURLUSESSL_TRY;
    curl_easy_setopt(curl, CURLOPT_USE_SSL, wanted);
    if (trusted.length > 0)
        curl_easy_setopt(curl, CURLOPT_CAINFO, arena_copy(arena, trusted).at);
}

struct refusal {
    char words[SERVER_WORDS_MAX]; /* the server's last, where they refuse: "550 No such user" */
};

static size_t note_refusal(char *line, size_t size, size_t count, void *context)
{
    struct refusal *refusal = context;
    struct str words = str_trim((struct str){ line, size * count });
    bool refuses = words.length > 3 && (words.at[0] == '4' || words.at[0] == '5');
    if (str_starts(words, STR("221"))) /* the answer to QUIT, which follows a refusal */
        return size * count;
    snprintf(refusal->words, sizeof refusal->words, "%.*s", STR_ARGS(refuses ? words : STR("")));
    for (char *at = refusal->words; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
    return size * count;
}

/* What the reason does not say by itself; libcurl tells a wrong name from a stranger's certificate by words alone. */
static const char *remedy(const struct work *work, CURLcode code, const char *message_of_curl,
                          const struct refusal *refusal)
{
    static const char trust[] = ": smtp_ca_file names the certificate to trust";
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return strstr(message_of_curl, "subject name") != NULL
                   ? ": write the host of smtp as the server's certificate does"
                   : trust;
    if (strncmp(refusal->words, "530", 3) != 0)
        return "";
    if (strstr(refusal->words, "TLS") == NULL)
        return ": smtp_user and smtp_password_file name whom it knows";
    return work->smtp_ca_file.length == 0 ? ": the server wants TLS: smtp_ca_file names the certificate to trust" : "";
}

static enum task_result send_by_smtp(struct task *task, const char *sender, struct str message)
{
    const struct work *work = task->work;
    struct arena *arena = task->arena;
    struct str password, left = with_crlf(arena, message);
    char message_of_curl[CURL_ERROR_SIZE] = "";
    struct refusal refusal = { "" };
    struct curl_slist *recipients = NULL;
    if (secret_file_read(arena, work->smtp_password, work->smtp_password_file, &password, &task->why) != 0)
        return TASK_RETRY;
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return task_fail(task, TASK_RETRY, "libcurl has no memory");
    for (const struct word *to = task->actions->mail; to != NULL; to = to->next)
        recipients = curl_slist_append(recipients, arena_copy(arena, to->text).at);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message_of_curl);
    curl_easy_setopt(curl, CURLOPT_URL, arena_copy(arena, work->smtp).at);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_TIME_S);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, &left);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, note_refusal);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &refusal);
    set_encryption(curl, arena, work);
    if (work->smtp_user.length > 0) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, arena_copy(arena, work->smtp_user).at);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, arena_copy(arena, password).at);
    }
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    if (code == CURLE_OK)
        return TASK_DONE;
    return task_fail(task, TASK_RETRY, "SMTP: %s%s%s%s",
                     *message_of_curl != '\0' ? message_of_curl : curl_easy_strerror(code),
                     *refusal.words != '\0' ? ": " : "", refusal.words, remedy(work, code, message_of_curl, &refusal));
}

enum task_result task_mail(struct task *task)
{
    const char *sender = sender_of(task);
    struct str message = STR("");
    enum task_result outcome = compose(task, sender, &message);
    if (outcome != TASK_DONE)
        return outcome;
    return task->work->smtp.length > 0 ? send_by_smtp(task, sender, message) : send_by_program(task, sender, message);
}
