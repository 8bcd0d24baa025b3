#include "work/work.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "config/value.h"

/* A terabyte, or what a long holds. */
#define FETCH_MOST (sizeof(long) > 4 ? (long)(INT64_C(1) << 40) : LONG_MAX)
#define AT(member) offsetof(struct work, member)

static const struct field fields[] = {
    { "tries", FIELD_COUNT, AT(tries), 0, 1, 1000, "30", NULL },
    { "fetch_hosts", FIELD_WORDS, AT(fetch_hosts), 0, 0, 0, "signalwire.com, *.signalwire.com", NULL },
    { "private_hosts", FIELD_WORDS, AT(private_hosts), 0, 0, 0, NULL, NULL },
    { "fetch_max", FIELD_SIZE, AT(fetch_max), 0, 1024, FETCH_MOST, "500M", NULL },
    { "fetch_time", FIELD_DURATION, AT(fetch_time_s), 0, 1, 86400, "30m", NULL },
    { "stall_timeout", FIELD_DURATION, AT(stall_s), 0, 1, 3600, "30", NULL },
    { "ca_file", FIELD_FILE, AT(ca_file), 0, 0, 0, NULL, NULL },
    { "mail_from", FIELD_TEXT, AT(mail_from), 0, 0, 0, NULL, NULL },
    { "attach_max", FIELD_SIZE, AT(attach_max), 0, 0, 0, "20M", NULL },
    { "sendmail", FIELD_FILE, AT(sendmail), 0, 0, 0, "/usr/sbin/sendmail", NULL },
    { "smtp", FIELD_TEXT, AT(smtp), 0, 0, 0, NULL, NULL },
    { "smtp_ca_file", FIELD_FILE, AT(smtp_ca_file), 0, 0, 0, NULL, NULL },
    { "smtp_user", FIELD_TEXT, AT(smtp_user), 0, 0, 0, NULL, NULL },
    { "smtp_password", FIELD_TEXT, AT(smtp_password), FIELD_SECRET | FIELD_WIPE, 0, 0, NULL, NULL },
    { "smtp_password_file", FIELD_FILE, AT(smtp_password_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check_hosts(struct config_reader *reader, struct section *section, const struct work *work)
{
    for (const struct word *host = work->fetch_hosts; host != NULL; host = host->next) {
        if (str_is(host->text, "*"))
            config_error(reader, section,
                         "fetch_hosts: '*' would send the project's token to anybody; expected names of hosts");
        if (str_find_char(host->text, '/') < host->text.length)
            config_error(reader, section,
                         "fetch_hosts: '%.*s' is not a host; expected its name alone, such as media.example.com",
                         STR_ARGS(str_prefix(host->text, 60)));
    }
}

static void check(struct config_reader *reader, struct section *section)
{
    const struct work *work = section->keys;
    if (section->scope != 0)
        config_error(reader, section, "how jobs are done stands in the main file alone; move [work] there");
    if (work->smtp.length > 0 && !str_starts(work->smtp, STR("smtp://")) && !str_starts(work->smtp, STR("smtps://")))
        config_error(reader, section, "smtp: expected smtp://host:587 (with STARTTLS) or smtps://host:465");
    if (work->mail_from.length > 0 && !value_mail(work->mail_from))
        config_error(reader, section, "mail_from: '%.*s' is not an address: %s", STR_ARGS(work->mail_from),
                     value_mail_advice(config_reader_arena(reader), work->mail_from).at);
    if (str_find_char(work->smtp, '@') < work->smtp.length)
        config_error(reader, section,
                     "smtp: no user or password stands in it; expected smtp_user and smtp_password_file");
    if (work->smtp_password.length > 0 && work->smtp_password_file.length > 0)
        config_error(reader, section, "either smtp_password or smtp_password_file, not both; remove one");
    check_hosts(reader, section, work);
}

const struct section_kind work_kind = {
    .name = "work",
    .sole = true,
    .size = sizeof(struct work),
    .fields = fields,
    .finish = check,
};

const struct work *work_of(const struct config *config)
{
    static const struct word hosts[] = { { (struct word *)&hosts[1], { "signalwire.com", 14 } },
                                         { NULL, { "*.signalwire.com", 16 } } };
    static const struct work defaults = {
        .tries = 30,
        .fetch_hosts = (struct word *)&hosts[0],
        .fetch_max = 500L << 20,
        .attach_max = 20L << 20,
        .fetch_time_s = 1800,
        .stall_s = 30,
        .sendmail = { "/usr/sbin/sendmail", 18 },
    };
    const struct section *section = config_find(config, work_kind.name, (struct str){ "", 0 });
    return section == NULL ? &defaults : section->keys;
}
