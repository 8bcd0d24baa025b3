#include "cli/context.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "host/kinds.h"
#include "host/options.h"

int context_complain(const struct context *context, struct error *error)
{
    const struct complaint *first = complaints_first(&context->service->config->complaints);
    if (first == NULL)
        error_set(error, "%s: the configuration cannot be used: see 'hookswitch check'", context->config);
    else
        error_set(error, "%s", complaint_line(context->arena, first).at);
    return COMMAND_UNUSABLE;
}

int context_read(struct context *context, struct arena *arena, const char *config, bool lines, struct error *error)
{
    const char *path = options_config_path(config);
    *context = (struct context){ .arena = arena, .config = path, .service = service_read(path, all_kinds, lines) };
    context->settings = context->service->settings;
    return context->settings != NULL ? 0 : context_complain(context, error);
}

int context_read_sound(struct context *context, struct arena *arena, const char *config, struct error *error)
{
    int status = context_read(context, arena, config, true, error);
    if (status != 0)
        return status;
    return context->service->config->complaints.errors == 0 ? 0 : context_complain(context, error);
}

int context_open_store(struct context *context, enum store_mode mode, struct error *error)
{
    if (context->settings->store.length == 0) {
        error_set(error, "%s: no store is named: write store = sqlite:/PATH into [hookswitch]", context->config);
        return COMMAND_UNUSABLE;
    }
    context->store = store_open(arena_copy(context->arena, context->settings->store).at, mode, NULL, error);
    return context->store == NULL ? -1 : 0;
}

int context_open(struct context *context, struct arena *arena, const char *config, enum store_mode mode,
                 struct error *error)
{
    int status = context_read(context, arena, config, false, error);
    return status != 0 ? status : context_open_store(context, mode, error);
}

void context_close(struct context *context)
{
    store_close(context->store);
    service_free(context->service);
}

bool context_store_is_missing(const struct context *context)
{
    static const char scheme[] = "sqlite:";
    const char *address = arena_copy(context->arena, context->settings->store).at;
    return strncmp(address, scheme, sizeof scheme - 1) == 0 && access(address + sizeof scheme - 1, F_OK) != 0 &&
           errno == ENOENT;
}
