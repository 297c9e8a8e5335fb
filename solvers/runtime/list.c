// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/list.h"

#include <string.h>

#include "solvers/runtime/measure_catalogue.h"
#include "solvers/runtime/run_parameters.h"

enum { GROUPS = 2, MOST_TOPICS = 16 };

/// A variable of the output, or a field that can be measured. The texts need no escapes in JSON.
struct variable {
    const char *name, *long_name, *units;
    const char *prefix;    ///< dimensions: "observation_time"
    const char *dimension; ///< one more, or NULL
};

/// A table that can be asked for by its name: the keys, the kinds of a variant, or variables.
struct topic {
    const char *name;
    const struct clau_parameter *variant; ///< NULL where it has no kinds
    const char *heading;                  ///< of variables; NULL where it has none
    size_t count;
    struct variable (*variable)(const struct clau_solver *solver, size_t index);
};

struct list {
    const struct clau_solver *solver;
    struct clau_parameter_group groups[GROUPS];
    struct topic topics[MOST_TOPICS];
    size_t count;
};

/* Topics */

static struct variable get_field(const struct clau_solver *solver, size_t index) {
    const struct clau_field_row *row = &solver->fields[index];
    return (struct variable){row->name, row->long_name, "1", "...", NULL};
}

static struct variable get_state(const struct clau_solver *solver, size_t index) {
    const struct clau_state_row *row = &solver->state[index];
    return (struct variable){row->name, row->long_name, row->units, "time, ...", NULL};
}

static struct variable get_observable(const struct clau_solver *solver, size_t index) {
    const struct clau_observable_row *row = &solver->observables[index];
    return (struct variable){row->name, row->long_name, row->units, "observation_time",
                             row->dimension};
}

static void add_topic(struct list *list, struct topic topic) {
    if (list->count < MOST_TOPICS) {
        list->topics[list->count++] = topic;
    }
}

static void add_kinds(struct list *list, const struct clau_parameter_group *group) {
    for (size_t i = 0; i < group->count; i++) {
        const struct clau_parameter *row = &group->parameters[i];
        if (row->kinds != NULL && row->kinds->selector != NULL) {
            add_topic(list, (struct topic){.name = row->kinds->topic, .variant = row});
        }
    }
}

static void list_init(struct list *list, const struct clau_solver *solver) {
    *list = (struct list){
        .solver = solver,
        .groups = {{clau_run_parameter_table, clau_run_parameter_count, NULL},
                   {solver->parameters, solver->parameter_count, NULL}},
    };
    add_topic(list, (struct topic){.name = "keys"});
    add_kinds(list, &list->groups[1]);
    add_kinds(list, &list->groups[0]);
    if (solver->field_count > 0) {
        add_topic(list, (struct topic){"fields", NULL,
                                       "fields, which are not written but can be measured",
                                       solver->field_count, get_field});
    }
    add_topic(list, (struct topic){"state", NULL, "state, on the model's grid or particles",
                                   solver->state_count, get_state});
    add_topic(list, (struct topic){"observables", NULL, "observables, on observation_time",
                                   solver->observable_count, get_observable});
}

/* One table */

static void print_variable(const struct variable *variable, FILE *stream) {
    char text[512];
    const bool unit = strcmp(variable->units, "1") != 0;
    snprintf(text, sizeof text, "%s%s%s%s%s%s", variable->long_name, unit ? " [" : "",
             unit ? variable->units : "", unit ? "]" : "",
             variable->dimension != NULL ? "; by " : "",
             variable->dimension != NULL ? variable->dimension : "");
    clau_print_item(variable->name, text, 2, stream);
}

static void print_variable_json(const struct variable *variable, bool first, FILE *stream) {
    fprintf(stream,
            "%s\n  {\"name\": \"%s\", \"dimensions\": \"%s%s%s\", \"units\": \"%s\", "
            "\"description\": \"%s\"}",
            first ? "" : ",", variable->name, variable->prefix,
            variable->dimension != NULL ? ", " : "",
            variable->dimension != NULL ? variable->dimension : "", variable->units,
            variable->long_name);
}

static void print_variables(const struct list *list, const struct topic *topic,
                            enum clau_list_form form, FILE *stream) {
    const bool json = form == CLAU_LIST_JSON;
    fprintf(stream, json ? "[" : "%s\n", topic->heading);
    for (size_t i = 0; i < topic->count; i++) {
        const struct variable variable = topic->variable(list->solver, i);
        if (json) {
            print_variable_json(&variable, i == 0, stream);
        } else {
            print_variable(&variable, stream);
        }
    }
    fputs(json ? "\n]" : "", stream);
}

static void print_topic(const struct list *list, const struct topic *topic,
                        enum clau_list_form form, FILE *stream) {
    if (topic->heading != NULL) {
        print_variables(list, topic, form, stream);
    } else if (topic->variant != NULL) {
        clau_kinds_list(topic->variant->kinds, form, stream);
    } else {
        fputs(form == CLAU_LIST_JSON ? "" : "keys of CONFIG.toml\n", stream);
        clau_parameters_list(list->groups, GROUPS, form, stream);
    }
}

static void print_all(const struct list *list, enum clau_list_form form, FILE *stream) {
    const bool json = form == CLAU_LIST_JSON;
    for (size_t i = 0; i < list->count; i++) {
        if (json) {
            fprintf(stream, "%s\n\"%s\": ", i > 0 ? "," : "{", list->topics[i].name);
        } else if (i > 0) {
            fputc('\n', stream);
        }
        print_topic(list, &list->topics[i], form, stream);
    }
    fputs(json ? "\n}\n" : "", stream);
}

/* Overview */

enum { SUMMARY = 256 };

/// Adds a name to a summary; false when the summary is as long as it should be.
static bool add_name(char text[SUMMARY], const char *name) {
    static const char dots[] = ", ...";
    const size_t used = strlen(text);
    if (used + strlen(name) + 2 * sizeof dots >= SUMMARY) {
        snprintf(text + used, SUMMARY - used, "%s", dots);
        return false;
    }
    const bool first = used == 0 || text[used - 1] == ' ';
    snprintf(text + used, SUMMARY - used, "%s%s", first ? "" : ", ", name);
    return true;
}

/// Plain keys by their names, the others by their sections.
static void summarise_keys(const struct list *list, char text[SUMMARY]) {
    for (size_t g = 0; g < GROUPS; g++) {
        for (size_t i = 0; i < list->groups[g].count; i++) {
            const struct clau_parameter *row = &list->groups[g].parameters[i];
            const int length = (int)strcspn(row->key, ".");
            const bool section = row->key[length] == '.' || row->kinds != NULL;
            const bool array = row->type == CLAU_VARIANTS && row->key[length] == '\0';
            char name[80];
            snprintf(name, sizeof name, "%s%.*s%s",
                     array     ? "[["
                     : section ? "["
                               : "",
                     length, row->key,
                     array     ? "]]"
                     : section ? "]"
                               : "");
            if ((!section || strstr(text, name) == NULL) && !add_name(text, name)) {
                return;
            }
        }
    }
}

static void summarise(const struct list *list, const struct topic *topic, char text[SUMMARY]) {
    *text = '\0';
    if (topic->variant != NULL) {
        const struct clau_kinds *kinds = topic->variant->kinds;
        const bool array = topic->variant->type == CLAU_VARIANTS;
        snprintf(text, SUMMARY, "%zu for %s%s%s, by its key %s: ", kinds->count, array ? "[[" : "[",
                 topic->variant->key, array ? "]]" : "]", kinds->selector);
        for (size_t i = 0; i < kinds->count; i++) {
            if (!add_name(text, kinds->items[i].name)) {
                return;
            }
        }
    } else if (topic->heading != NULL) {
        snprintf(text, SUMMARY, "%zu: ", topic->count);
        for (size_t i = 0; i < topic->count; i++) {
            if (!add_name(text, topic->variable(list->solver, i).name)) {
                return;
            }
        }
    } else {
        summarise_keys(list, text);
    }
}

static void print_overview(const struct list *list, FILE *stream) {
    char text[SUMMARY];
    fprintf(stream, "%s: %s\n\n", list->solver->name, list->solver->description);
    for (size_t i = 0; i < list->count; i++) {
        summarise(list, &list->topics[i], text);
        clau_print_item(list->topics[i].name, text, 2, stream);
    }
    const struct topic *kinds = NULL;
    for (size_t i = 0; i < list->count && kinds == NULL; i++) {
        kinds = list->topics[i].variant != NULL ? &list->topics[i] : NULL;
    }
    fputs("\n  --list TOPIC          one of these, a line or two an entry\n"
          "  --list NAME           one entry in full: time.end",
          stream);
    if (kinds != NULL) {
        fprintf(stream, ", %s.%s", kinds->variant->key, kinds->variant->kinds->items[0].name);
    }
    fprintf(stream, ", %s\n", list->solver->observables[0].name);
    fputs("  --list all            everything in full\n"
          "  --list [TOPIC] --json the same for machines\n",
          stream);
}

/* One entry */

static void find_variables(const struct list *list, struct clau_entry_search *search) {
    for (size_t t = 0; t < list->count; t++) {
        const struct topic *topic = &list->topics[t];
        for (size_t i = 0; topic->heading != NULL && i < topic->count; i++) {
            const struct variable variable = topic->variable(list->solver, i);
            if (clau_entry_matches(search, "%s", variable.name) ||
                clau_entry_matches(search, "%s.%s", topic->name, variable.name)) {
                print_variable(&variable, search->stream);
            }
        }
    }
}

static enum clau_status print_entry(const struct list *list, const char *name, FILE *stream,
                                    struct clau_error *error) {
    struct clau_entry_search search = {.name = name, .stream = stream, .distance = CLAU_ENTRY_FAR};
    if (stream != NULL) {
        clau_parameters_find(list->groups, GROUPS, &search);
        find_variables(list, &search);
    }
    for (size_t i = 0; i < list->count && search.found == 0; i++) {
        clau_entry_matches(&search, "%s", list->topics[i].name);
    }
    if (search.found > 0) {
        return CLAU_OK;
    }
    char topics[256] = "";
    for (size_t i = 0; i < list->count; i++) {
        const size_t used = strlen(topics);
        snprintf(topics + used, sizeof topics - used, "%s%s", i > 0 ? ", " : "",
                 list->topics[i].name);
    }
    if (search.distance < CLAU_ENTRY_FAR) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "--list %s: no such topic; did you mean %s? There are %s", name,
                              search.nearest, topics);
    }
    return clau_error_set(error, CLAU_BAD_INPUT, "--list %s: no such topic; there are %s", name,
                          topics);
}

enum clau_status clau_list(const struct clau_solver *solver, const char *topic, bool json,
                           FILE *stream, struct clau_error *error) {
    struct list list;
    list_init(&list, solver);
    if (topic == NULL && !json) {
        print_overview(&list, stream);
        return CLAU_OK;
    }
    if (topic == NULL || strcmp(topic, "all") == 0) {
        print_all(&list, json ? CLAU_LIST_JSON : CLAU_LIST_FULL, stream);
        return CLAU_OK;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.topics[i].name, topic) == 0) {
            print_topic(&list, &list.topics[i], json ? CLAU_LIST_JSON : CLAU_LIST_BRIEF, stream);
            fputs(json ? "\n" : "", stream);
            return CLAU_OK;
        }
    }
    return print_entry(&list, topic, json ? NULL : stream, error);
}
