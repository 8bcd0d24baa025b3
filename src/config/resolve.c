/* Links the sections of all files: resolves names, and finds loops, unreachable nodes and wrong classes. */
#include <stdint.h>

#include "config/internal.h"
#include "config/value.h"

static const char *class_name(int class)
{
    static const char *const names[] = { [SECTION_PLAIN] = "a section",
                                         [SECTION_NODE] = "a node of a call",
                                         [SECTION_TEXTS] = "a [texts ...] section",
                                         [SECTION_FAX] = "a [fax ...] section" };
    return names[class];
}

static struct str nearest_destination(struct config *config, const struct section *from,
                                      const struct destination *destination)
{
    struct str_nearest nearest = str_nearest_to(destination->name);
    for (const struct section *section = config->first; section != NULL; section = section->next)
        if ((int)section->kind->class == destination->wanted && (section->scope == 0 || section->scope == from->scope))
            str_nearest_offer(&nearest, section->name);
    return nearest.found;
}

static struct section *editable(const struct section *section)
{
    return (struct section *)(uintptr_t)section; /* while reading, all sections are still this file's to change */
}

static void resolve(struct config *config, struct section *section, struct destination *destination)
{
    struct place place = { section->file, destination->line, section->title, destination->key };
    const struct section_kind *kind = destination->wanted_kind;
    struct str name = arena_lower(config->arena, destination->name);
    bool named = destination->kind == DESTINATION_SECTION;
    const struct section *found = named ? config_find_destination(config, section->scope, name) : NULL;
    destination->section = found;
    if (kind != NULL && (!named || (found != NULL && found->kind != kind)))
        complain(&config->complaints, COMPLAINT_ERROR, place, "'%.*s' is not the name of any [%s] section",
                 STR_ARGS(destination->name), kind->name);
    if (!named)
        return;
    if (found != NULL && !destination->is_reference)
        editable(found)->is_target = true;
    if (found != NULL &&
        ((int)found->kind->class == destination->wanted || found->kind->is_router || section->kind->is_router))
        return; /* routers are checked once all names are resolved */
    if (found != NULL) {
        complain(&config->complaints, COMPLAINT_ERROR, place, "[%.*s] is not %s", STR_ARGS(found->title),
                 class_name(destination->wanted));
        return;
    }
    struct config_reader reader = { config };
    if (config->incomplete || *config_slot(&reader, "invalid", name) != NULL)
        return; /* it may be there, and why it is not to be had has been said */
    struct str nearest = nearest_destination(config, section, destination);
    if (config->nameless && nearest.length == 0)
        return;
    struct str number = value_number_suggest(config->arena, destination->name);
    if (number.length > 0)
        complain(&config->complaints, COMPLAINT_ERROR, place, "%.*s", STR_ARGS(number));
    else
        complain(&config->complaints, COMPLAINT_ERROR, place, "no %s is called '%.*s'; %s%.*s%s",
                 destination->wanted == SECTION_NODE ? "node" : class_name(destination->wanted) + 2,
                 STR_ARGS(destination->name), nearest.length > 0 ? "did you mean '" : "expected the name of one",
                 STR_ARGS(nearest), nearest.length > 0 ? "'?" : "");
}

/* A router leads to a section of another class. */
static void complain_of_fork(struct config *config, const struct section *fork, const struct destination *to,
                             int wanted)
{
    static const char *const led[] = {
        [SECTION_NODE] = "calls are", [SECTION_TEXTS] = "messages are", [SECTION_FAX] = "faxes are"
    };
    struct place place = { fork->file, to->line, fork->title, to->key };
    if (to->section != NULL)
        complain(&config->complaints, COMPLAINT_ERROR, place, "[%.*s] is not %s, and %s routed here",
                 STR_ARGS(to->section->title), class_name(wanted), led[wanted]);
    else
        complain(&config->complaints, COMPLAINT_ERROR, place,
                 "%s routed here and cannot go to '%.*s'; expected %s, or reject", led[wanted], STR_ARGS(to->name),
                 class_name(wanted));
}

static bool may_end_so(int wanted, enum destination_kind kind)
{
    bool refused = kind == DESTINATION_HANGUP || kind == DESTINATION_REJECT || kind == DESTINATION_BUSY;
    return wanted == SECTION_NODE || refused;
}

/* Everything that a router leads to must have the class of what is routed. */
static void route_through(struct config *config, struct section *fork, int wanted)
{
    unsigned bit = 1U << (unsigned)wanted;
    if ((fork->routed_classes & bit) != 0)
        return;
    fork->routed_classes |= bit;
    for (const struct destination *to = fork->destinations; to != NULL; to = to->next_in_section) {
        if (to->is_reference || (to->kind == DESTINATION_SECTION && to->section == NULL))
            continue;
        if (to->section == NULL ? !may_end_so(wanted, to->kind)
                                : !to->section->kind->is_router && (int)to->section->kind->class != wanted)
            complain_of_fork(config, fork, to, wanted);
        else if (to->section != NULL && to->section->kind->is_router)
            route_through(config, editable(to->section), wanted);
    }
}

static void complain_of_loop(struct config *config, const struct section *from, const struct destination *edge)
{
    struct buffer way = buffer_in(config->arena);
    buffer_add(&way, edge->section->name);
    for (const struct section *at = from; at != edge->section && way.length < 200; at = at->dfs_parent)
        buffer_format(&way, " from %.*s", STR_ARGS(at->name));
    buffer_format(&way, " from %.*s", STR_ARGS(edge->section->name));
    complain(&config->complaints, COMPLAINT_ERROR, (struct place){ from->file, edge->line, from->title, edge->key },
             "a loop without input: the call would come to %s forever; let one of them wait for a key, or end the call",
             buffer_text(&way).at);
}

/* A way from a section back to itself on which the caller does nothing would hold, and bill, a call without end. */
static void find_loops(struct config *config, struct section *section)
{
    section->dfs = SECTION_ON_PATH;
    for (const struct destination *to = section->destinations; to != NULL; to = to->next_in_section) {
        if (!to->without_input)
            continue;
        if (to->kind == DESTINATION_REPEAT || (to->section != NULL && to->section->dfs == SECTION_ON_PATH)) {
            struct destination edge = *to;
            edge.section = to->kind == DESTINATION_REPEAT ? section : to->section;
            complain_of_loop(config, section, &edge);
        } else if (to->section != NULL && to->section->dfs == SECTION_NEW) {
            editable(to->section)->dfs_parent = section;
            find_loops(config, editable(to->section));
        }
    }
    section->dfs = SECTION_DONE;
}

static void reach(struct section *section)
{
    if (section->reachable)
        return;
    section->reachable = true;
    for (const struct destination *to = section->destinations; to != NULL; to = to->next_in_section)
        if (to->section != NULL)
            reach(editable(to->section));
}

/* The section and all that it leads to, each once a root. */
static void validate_reachable(struct config *config, struct section *section, const struct section *root)
{
    struct config_reader reader = { config };
    section->visited_root = root;
    if (section->kind->validate != NULL && !section->validated) {
        section->validated = true;
        section->kind->validate(&reader, section);
    }
    if (section->kind->validate_reachable != NULL)
        section->kind->validate_reachable(&reader, section, root);
    if (root->kind->validate_tree != NULL)
        root->kind->validate_tree(&reader, section, root);
    for (const struct destination *to = section->destinations; to != NULL; to = to->next_in_section)
        if (to->section != NULL && to->section->visited_root != root)
            validate_reachable(config, editable(to->section), root);
}

bool config_finish(struct config *config)
{
    for (struct section *section = config->first; section != NULL; section = section->next)
        for (struct destination *to = section->destinations; to != NULL; to = to->next_in_section)
            resolve(config, section, to);
    for (struct section *section = config->first; section != NULL; section = section->next)
        for (struct destination *to = section->destinations; to != NULL && !section->kind->is_router;
             to = to->next_in_section)
            if (to->section != NULL && to->section->kind->is_router && !to->is_reference)
                route_through(config, editable(to->section), to->wanted);
    for (struct section *section = config->first; section != NULL; section = section->next)
        if (section->kind->class == SECTION_PLAIN)
            reach(section);
    for (struct section *section = config->first; section != NULL; section = section->next)
        if (section->dfs == SECTION_NEW)
            find_loops(config, section);
    for (struct section *section = config->first; config->load_all && section != NULL; section = section->next)
        if (section->kind->class == SECTION_PLAIN)
            validate_reachable(config, section, section);
        else if (!section->reachable && config->complaints.errors == 0) /* else an error may be why */
            complain(&config->complaints, COMPLAINT_WARNING,
                     (struct place){ section->file, section->line, section->title, STR("") },
                     "nothing leads here; let a key name it, or remove it");
    return config->complaints.errors == 0;
}
