/* optout: who wrote STOP, or START, while the store could not be written. */
#include "message/optouts.h"
#include "work/task.h"

enum task_result task_optout(struct task *task)
{
    struct str action = task->job.action;
    size_t space = str_find_char(action, ' ');
    struct str number = str_from(action, space + 1);
    bool out = str_is(str_upto(action, space), OPTOUTS_ORDER_OUT);
    if (number.length == 0)
        return task_fail(task, TASK_GIVE_UP, "it names no number");
    return optouts_set(task->store, task->arena, task->job.line, number, out, task->now_us, &task->why) == 0
               ? TASK_DONE
               : TASK_RETRY;
}
