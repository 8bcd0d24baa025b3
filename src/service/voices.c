#include "service/voices.h"

static const struct {
    const char *name, *language;
} polly[] = {
    { "Zeina", "arb" },
    { "Hala", "ar-AE" },
    { "Zayd", "ar-AE" },
    { "Arlet", "ca-ES" },
    { "Zhiyu", "cmn-CN" },
    { "Hiujin", "yue-CN" },
    { "Naja", "da-DK" },
    { "Mads", "da-DK" },
    { "Sofie", "da-DK" },
    { "Laura", "nl-NL" },
    { "Lotte", "nl-NL" },
    { "Ruben", "nl-NL" },
    { "Lisa", "nl-BE" },
    { "Nicole", "en-AU" },
    { "Olivia", "en-AU" },
    { "Russell", "en-AU" },
    { "Amy", "en-GB" },
    { "Emma", "en-GB" },
    { "Brian", "en-GB" },
    { "Arthur", "en-GB" },
    { "Aditi", "en-IN" },
    { "Raveena", "en-IN" },
    { "Kajal", "en-IN" },
    { "Niamh", "en-IE" },
    { "Aria", "en-NZ" },
    { "Ayanda", "en-ZA" },
    { "Danielle", "en-US" },
    { "Gregory", "en-US" },
    { "Ivy", "en-US" },
    { "Joanna", "en-US" },
    { "Kendra", "en-US" },
    { "Kimberly", "en-US" },
    { "Salli", "en-US" },
    { "Joey", "en-US" },
    { "Justin", "en-US" },
    { "Kevin", "en-US" },
    { "Matthew", "en-US" },
    { "Ruth", "en-US" },
    { "Stephen", "en-US" },
    { "Geraint", "en-GB" },
    { "Suvi", "fi-FI" },
    { "Celine", "fr-FR" },
    { "C\xC3\xA9line", "fr-FR" },
    { "Lea", "fr-FR" },
    { "L\xC3\xA9"
      "a",
      "fr-FR" },
    { "Mathieu", "fr-FR" },
    { "Remi", "fr-FR" },
    { "R\xC3\xA9mi", "fr-FR" },
    { "Isabelle", "fr-BE" },
    { "Chantal", "fr-CA" },
    { "Gabrielle", "fr-CA" },
    { "Liam", "fr-CA" },
    { "Marlene", "de-DE" },
    { "Vicki", "de-DE" },
    { "Hans", "de-DE" },
    { "Daniel", "de-DE" },
    { "Hannah", "de-AT" },
    { "Sabrina", "de-CH" },
    { "Dora", "is-IS" },
    { "Karl", "is-IS" },
    { "Carla", "it-IT" },
    { "Bianca", "it-IT" },
    { "Giorgio", "it-IT" },
    { "Adriano", "it-IT" },
    { "Mizuki", "ja-JP" },
    { "Takumi", "ja-JP" },
    { "Kazuha", "ja-JP" },
    { "Tomoko", "ja-JP" },
    { "Seoyeon", "ko-KR" },
    { "Jihye", "ko-KR" },
    { "Liv", "nb-NO" },
    { "Ida", "nb-NO" },
    { "Ewa", "pl-PL" },
    { "Maja", "pl-PL" },
    { "Jacek", "pl-PL" },
    { "Jan", "pl-PL" },
    { "Ola", "pl-PL" },
    { "Camila", "pt-BR" },
    { "Vitoria", "pt-BR" },
    { "Ricardo", "pt-BR" },
    { "Thiago", "pt-BR" },
    { "Ines", "pt-PT" },
    { "Cristiano", "pt-PT" },
    { "Carmen", "ro-RO" },
    { "Tatyana", "ru-RU" },
    { "Maxim", "ru-RU" },
    { "Conchita", "es-ES" },
    { "Lucia", "es-ES" },
    { "Enrique", "es-ES" },
    { "Sergio", "es-ES" },
    { "Mia", "es-MX" },
    { "Andres", "es-MX" },
    { "Lupe", "es-US" },
    { "Penelope", "es-US" },
    { "Miguel", "es-US" },
    { "Pedro", "es-US" },
    { "Astrid", "sv-SE" },
    { "Elin", "sv-SE" },
    { "Filiz", "tr-TR" },
    { "Burcu", "tr-TR" },
    { "Gwyneth", "cy-GB" },
    { "Jitka", "cs-CZ" },
};

/* Aditi and Kajal speak Hindi too. */
static bool speaks_too(struct str name, struct str language)
{
    return (str_is(name, "Aditi") || str_is(name, "Kajal")) && str_starts_nocase(language, STR("hi"));
}

/* "Joanna" of "Polly.Joanna-Neural" */
static struct str polly_name(struct str voice)
{
    struct str name = str_from(voice, 6);
    return str_upto(name, str_find_char(name, '-'));
}

struct str voices_language(struct str voice)
{
    if (str_starts(voice, STR("gcloud."))) {
        struct str name = str_from(voice, 7);
        size_t first = str_find_char(name, '-');
        return str_upto(name, first + 1 + str_find_char(str_from(name, first + 1), '-'));
    }
    for (size_t i = 0; str_starts(voice, STR("Polly.")) && i < sizeof polly / sizeof *polly; i++)
        if (str_equal_nocase(polly_name(voice), str_of(polly[i].name)))
            return str_of(polly[i].language);
    return STR("");
}

static struct str main_of(struct str language)
{
    struct str main = str_upto(language, str_find_char(language, '-'));
    return str_is(main, "cmn") ? STR("zh") : str_is(main, "arb") ? STR("ar") : str_is(main, "nb") ? STR("no") : main;
}

void voices_check(struct config_reader *reader, struct section *section, struct str voice, struct str language)
{
    struct str speaks = voices_language(voice);
    struct str wanted = str_is(main_of(language), "nb") ? STR("no") : main_of(language);
    if (voice.length == 0)
        return;
    bool own = str_starts(voice, STR("Polly.")) || str_starts(voice, STR("gcloud."));
    if (!own && !str_is(voice, "man") && !str_is(voice, "woman"))
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "voice: '%.*s' is not known; expected man, woman, Polly.NAME or gcloud.NAME", STR_ARGS(voice));
    else if (own && speaks.length == 0)
        config_complain(reader, section, NULL, COMPLAINT_HINT,
                        "voice: '%.*s' is none that was known when this was built", STR_ARGS(voice));
    else if (speaks.length > 0 && language.length > 0 && !str_equal_nocase(main_of(speaks), wanted) &&
             !speaks_too(polly_name(voice), language))
        config_complain(reader, section, NULL, COMPLAINT_WARNING, "voice: %.*s speaks %.*s, not %.*s", STR_ARGS(voice),
                        STR_ARGS(speaks), STR_ARGS(language));
}
