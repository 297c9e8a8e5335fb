// SPDX-License-Identifier: GPL-3.0-or-later
// The one file that knows toml++. Nodes are handed out as opaque pointers to toml::node, whose
// address is stable: toml++ keeps each one in a unique_ptr. Every function catches what may throw.
#include "io/toml.h"

#include "io/toml_scan.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

struct clau_toml {
    toml::table root;
    std::string name;
    std::string folder;
};

namespace {

const toml::node *inner(const clau_toml_node *node) {
    return reinterpret_cast<const toml::node *>(node);
}

const clau_toml_node *outer(const toml::node *node) {
    return reinterpret_cast<const clau_toml_node *>(node);
}

struct descriptor_closer {
    int descriptor;
    ~descriptor_closer() {
        if (descriptor >= 0)
            close(descriptor);
    }
};

// A sentence is one line: what toml++ quotes from the user's text may hold control characters.
std::string one_line(std::string_view text) {
    std::string line(text);
    for (char &c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    return line;
}

// The start of a long override: what is wrong with it must still fit into the message.
std::string shortened(std::string_view place) {
    size_t cut = 200;
    if (place.size() <= cut)
        return one_line(place);
    while (cut > 0 && (static_cast<unsigned char>(place[cut]) & 0xc0) == 0x80)
        cut--;
    return one_line(place.substr(0, cut)) + "...";
}

// C strings end at a NUL, so that a value holding one would be cut without a word.
bool holds_nul(const toml::node &node) {
    if (const auto *text = node.as_string())
        return text->get().find('\0') != std::string::npos;
    if (const auto *table = node.as_table())
        return std::any_of(table->begin(), table->end(), [](const auto &entry) {
            return entry.first.str().find('\0') != std::string_view::npos ||
                   holds_nul(entry.second);
        });
    if (const auto *array = node.as_array())
        return std::any_of(array->begin(), array->end(),
                           [](const toml::node &item) { return holds_nul(item); });
    return false;
}

enum clau_status out_of_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

// Fills the error where the text cannot be handed to toml++.
bool refused(std::string_view text, const char *name, struct clau_error *error) {
    struct clau_toml_fault fault = {};
    if (clau_toml_scan(text.data(), text.size(), &fault))
        return false;
    if (fault.line == 0)
        clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", name, fault.what);
    else
        clau_error_set(error, CLAU_BAD_INPUT, "%s:%zu:%zu: %s", name, fault.line, fault.column,
                       fault.what);
    return true;
}

enum clau_status parse(std::string_view text, const char *name, struct clau_toml **document,
                       struct clau_error *error) {
    try {
        auto made = std::make_unique<clau_toml>();
        made->name = name;
        if (refused(text, name, error))
            return CLAU_BAD_INPUT;
        made->root = toml::parse(text, std::string(name));
        if (holds_nul(made->root))
            return clau_error_set(
                error, CLAU_BAD_INPUT,
                "%s: a string holds the character \\u0000, which has no place here", name);
        *document = made.release();
        return CLAU_OK;
    } catch (const toml::parse_error &failure) {
        const auto place = failure.source().begin;
        return clau_error_set(
            error, CLAU_BAD_INPUT, "%s:%u:%u: %s", name, static_cast<unsigned>(place.line),
            static_cast<unsigned>(place.column), one_line(failure.description()).c_str());
    } catch (const std::bad_alloc &) {
        return out_of_memory(error);
    } catch (const std::exception &failure) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", name,
                              one_line(failure.what()).c_str());
    }
}

// Milliseconds without a byte after which a pipe is given up: nobody writes to it, or nobody ends.
constexpr int patience = 10000;

// One byte more than a configuration may have is enough to tell that it is none.
enum clau_status read_descriptor(int descriptor, bool is_pipe, const char *path, std::string &text,
                                 struct clau_error *error) {
    char block[65536];
    while (text.size() <= CLAU_TOML_BYTES) {
        struct pollfd wait = {descriptor, POLLIN, 0};
        const int ready = is_pipe ? poll(&wait, 1, patience) : 1;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0)
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: is a pipe, and nothing came for %d s",
                                  path, patience / 1000);
        const ssize_t got = read(descriptor, block, sizeof block);
        if (got == 0)
            break;
        if (got > 0)
            text.append(block, static_cast<size_t>(got));
        else if (errno != EINTR && errno != EAGAIN)
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    return CLAU_OK;
}

// Files and pipes that end, such as the shell's <(command); nothing that could block for ever.
enum clau_status read_whole(const char *path, std::string &text, bool &is_pipe,
                            struct clau_error *error) {
    const descriptor_closer file = {open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    struct stat about = {};
    if (file.descriptor < 0 || fstat(file.descriptor, &about) != 0)
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path,
                              errno == ENOENT ? "no such file" : strerror(errno));
    if (S_ISDIR(about.st_mode))
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is a directory", path);
    is_pipe = S_ISFIFO(about.st_mode);
    if (!is_pipe && !S_ISREG(about.st_mode))
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is neither a file nor a pipe", path);
    return read_descriptor(file.descriptor, is_pipe, path, text, error);
}

bool is_bare(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

// An index into an array; false also where it would not fit a size_t.
bool is_index(std::string_view segment, size_t &index) {
    const char *end = segment.data() + segment.size();
    const auto result = std::from_chars(segment.data(), end, index);
    return !segment.empty() && result.ec == std::errc() && result.ptr == end;
}

// Segments of a dotted path; false unless every one is a bare key.
bool split(std::string_view path, std::vector<std::string> &segments) {
    for (;;) {
        const size_t dot = path.find('.');
        const std::string_view segment = path.substr(0, dot);
        if (!is_bare(segment))
            return false;
        segments.emplace_back(segment);
        if (dot == std::string_view::npos)
            return true;
        path.remove_prefix(dot + 1);
    }
}

const toml::node *step(const toml::node *node, std::string_view segment) {
    if (const auto *table = node->as_table())
        return table->get(segment);
    size_t index;
    if (const auto *array = node->as_array(); array && is_index(segment, index))
        return array->get(index);
    return nullptr;
}

bool known(const toml::source_region &region) { return static_cast<bool>(region.begin); }

// Where an entry starts: its key for `key = value`, the bracket of a [section] or [[array]]
// header, since toml++ gives such a table the place of its header and that comes first.
const toml::source_region &entry_source(const toml::key *key, const toml::node &node) {
    if (!key || !known(key->source()))
        return node.source();
    if (known(node.source()) && node.source().path == key->source().path &&
        node.source().begin < key->source().begin)
        return node.source();
    return key->source();
}

// The region of `wanted` below (or at) `node`; NULL when it is not there.
const toml::source_region *locate(const toml::key *key, const toml::node &node,
                                  const toml::node *wanted) {
    if (&node == wanted)
        return &entry_source(key, node);
    if (const auto *table = node.as_table()) {
        for (const auto &[name, value] : *table)
            if (const auto *found = locate(&name, value, wanted))
                return found;
    } else if (const auto *array = node.as_array()) {
        for (const toml::node &item : *array)
            if (const auto *found = locate(nullptr, item, wanted))
                return found;
    }
    return nullptr;
}

// The first known region at or below a node: array elements made by an override have none of
// their own.
const toml::source_region *first_known(const toml::key *key, const toml::node &node) {
    if (const auto &own = entry_source(key, node); known(own))
        return &own;
    if (const auto *table = node.as_table()) {
        for (const auto &[name, value] : *table)
            if (const auto *found = first_known(&name, value))
                return found;
    } else if (const auto *array = node.as_array()) {
        for (const toml::node &item : *array)
            if (const auto *found = first_known(nullptr, item))
                return found;
    }
    return nullptr;
}

// Puts the node held under "value" in `holder` into a container, at a key or index.
void put(toml::node &container, const std::string &segment, toml::table &holder) {
    toml::node &value = *holder.get("value");
    // A key that exists would keep its old source: it has to go first.
    const toml::key key(segment, value.source());
    std::move(value).visit([&](auto &&concrete) {
        if (auto *table = container.as_table()) {
            table->erase(segment);
            table->insert(key, std::move(concrete));
            return;
        }
        auto *array = container.as_array();
        size_t index = 0;
        is_index(segment, index);
        if (index < array->size())
            array->replace(array->cbegin() + static_cast<ptrdiff_t>(index), std::move(concrete));
        else
            array->push_back(std::move(concrete));
    });
}

// The container that the first missing segment goes into, and which segment that is (the last one
// at the latest: an existing value is replaced). Changes nothing.
enum clau_status find_container(toml::node &root, const std::vector<std::string> &segments,
                                const std::string &place, toml::node *&container, size_t &missing,
                                struct clau_error *error) {
    container = &root;
    std::string path;
    for (missing = 0;; missing++) {
        const std::string &segment = segments[missing];
        size_t index;
        if (auto *array = container->as_array()) {
            if (!is_index(segment, index) || index > array->size())
                return clau_error_set(error, CLAU_BAD_INPUT,
                                      "%s: %s is an array of %zu: %s is no index of it, nor the "
                                      "next one",
                                      shortened(place).c_str(), path.c_str(), array->size(),
                                      segment.c_str());
        } else if (!container->is_table()) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s is no table but %s %s",
                                  shortened(place).c_str(), path.c_str(),
                                  container->is_integer() ? "an" : "a",
                                  clau_toml_type_name(clau_toml_type(outer(container))));
        }
        const toml::node *next = step(container, segment);
        if (!next || missing + 1 == segments.size())
            break;
        path += (path.empty() ? "" : ".") + segment;
        container = const_cast<toml::node *>(next);
    }
    for (size_t i = missing + 1; i < segments.size(); i++) {
        size_t index;
        if (is_index(segments[i], index) && index != 0)
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: an array starts with the index 0, not %s",
                                  shortened(place).c_str(), segments[i].c_str());
    }
    return CLAU_OK;
}

// Sets path to a value in TOML syntax; `place` is what messages about it will name.
enum clau_status assign(clau_toml &document, const std::string &path, const std::string &text,
                        const std::string &place, struct clau_error *error) {
    std::vector<std::string> segments;
    if (!split(path, segments))
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: the key must be a dotted path such as grid.points",
                              shortened(place).c_str());
    if (segments.size() > CLAU_TOML_PARTS)
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: a key of more than %d parts",
                              shortened(place).c_str(), static_cast<int>(CLAU_TOML_PARTS));
    toml::table holder;
    struct clau_toml_fault fault = {};
    const std::string whole = "value = " + text;
    if (!clau_toml_scan(whole.data(), whole.size(), &fault))
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", shortened(place).c_str(),
                              fault.what);
    try {
        holder = toml::parse(whole, place);
    } catch (const toml::parse_error &failure) {
        const bool word = !text.empty() && is_bare(text.substr(0, 1)) &&
                          (text[0] < '0' || text[0] > '9') && text[0] != '-';
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s%s%s", shortened(place).c_str(),
                              one_line(failure.description()).c_str(),
                              word ? "; a string needs quotes, also from the shell: " : "",
                              word ? ("'" + path + "=\"" + one_line(text) + "\"'").c_str() : "");
    }
    // A line break in the text could bring further keys along.
    if (holder.size() != 1 || holds_nul(holder))
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: not a single value",
                              shortened(place).c_str());
    toml::node *container;
    size_t missing;
    const enum clau_status status =
        find_container(document.root, segments, place, container, missing, error);
    if (status != CLAU_OK)
        return status;
    for (size_t i = segments.size() - 1; i > missing; i--) {
        size_t index;
        toml::table wrapped;
        if (is_index(segments[i], index)) {
            toml::array array;
            put(array, segments[i], holder);
            wrapped.insert("value", std::move(array));
        } else {
            toml::table table;
            put(table, segments[i], holder);
            wrapped.insert("value", std::move(table));
        }
        holder = std::move(wrapped);
    }
    put(*container, segments[missing], holder);
    return CLAU_OK;
}

void print_node(const toml::node &node, FILE *stream);

void print_entry(const toml::key &key, const toml::node &value, FILE *stream) {
    if (is_bare(key.str()))
        fwrite(key.str().data(), 1, key.str().size(), stream);
    else
        clau_print_string(std::string(key.str()).c_str(), stream);
    fputs(" = ", stream);
    print_node(value, stream);
}

void print_node(const toml::node &node, FILE *stream) {
    const char *separator = "";
    if (const auto *table = node.as_table()) {
        fputs(table->empty() ? "{" : "{ ", stream);
        for (const auto &[key, value] : *table) {
            fputs(separator, stream);
            print_entry(key, value, stream);
            separator = ", ";
        }
        fputs(table->empty() ? "}" : " }", stream);
    } else if (const auto *array = node.as_array()) {
        fputc('[', stream);
        for (const toml::node &item : *array) {
            fputs(separator, stream);
            print_node(item, stream);
            separator = ", ";
        }
        fputc(']', stream);
    } else if (const auto *text = node.as_string()) {
        clau_print_string(text->get().c_str(), stream);
    } else if (const auto *integer = node.as_integer()) {
        fprintf(stream, "%lld", static_cast<long long>(integer->get()));
    } else if (const auto *real = node.as_floating_point()) {
        char digits[40];
        clau_print_real(real->get(), digits, sizeof digits);
        fputs(digits, stream);
    } else if (const auto *boolean = node.as_boolean()) {
        fputs(boolean->get() ? "true" : "false", stream);
    }
}

} // namespace

extern "C" {

enum clau_status clau_toml_parse_file(const char *path, struct clau_toml **document,
                                      struct clau_error *error) {
    try {
        std::string text;
        std::string folder(path);
        const size_t slash = folder.rfind('/');
        folder.erase(slash == std::string::npos ? 0 : slash + 1);
        bool is_pipe = false;
        enum clau_status status = read_whole(path, text, is_pipe, error);
        if (status == CLAU_OK)
            status = parse(text, path, document, error);
        if (status == CLAU_OK && !is_pipe)
            (*document)->folder.swap(folder);
        return status;
    } catch (...) {
        return out_of_memory(error);
    }
}

enum clau_status clau_toml_parse_text(const char *text, const char *name,
                                      struct clau_toml **document, struct clau_error *error) {
    try {
        return parse(text, name, document, error);
    } catch (...) {
        return out_of_memory(error);
    }
}

void clau_toml_destroy(struct clau_toml *document) { delete document; }

enum clau_status clau_toml_override(struct clau_toml *document, const char *assignment,
                                    struct clau_error *error) {
    try {
        const std::string text(assignment);
        const std::string place = "--set " + text;
        const size_t equals = text.find('=');
        if (equals == std::string::npos)
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: must be KEY=VALUE",
                                  shortened(place).c_str());
        std::string path = text.substr(0, equals);
        while (!path.empty() && path.back() == ' ')
            path.pop_back();
        return assign(*document, path, text.substr(equals + 1), place, error);
    } catch (...) {
        return out_of_memory(error);
    }
}

enum clau_status clau_toml_take(struct clau_toml *document, const char *path,
                                const struct clau_toml *other, struct clau_error *error) {
    const clau_toml_node *node = clau_toml_find(other, path);
    if (!node)
        return clau_error_set(error, CLAU_INTERNAL, "%s: %s is not there to be taken over",
                              clau_toml_name(other), path);
    char *text = NULL;
    size_t length = 0;
    enum clau_status status = CLAU_NO_MEMORY;
    try {
        FILE *stream = open_memstream(&text, &length);
        if (stream) {
            print_node(*inner(node), stream);
            if (fclose(stream) == 0)
                status = assign(*document, path, text, other->name, error);
        }
    } catch (...) {
        status = CLAU_NO_MEMORY;
    }
    free(text);
    return status == CLAU_NO_MEMORY ? out_of_memory(error) : status;
}

const struct clau_toml_node *clau_toml_root(const struct clau_toml *document) {
    return outer(&document->root);
}

const char *clau_toml_name(const struct clau_toml *document) { return document->name.c_str(); }

const char *clau_toml_folder(const struct clau_toml *document) { return document->folder.c_str(); }

const struct clau_toml_node *clau_toml_find(const struct clau_toml *document, const char *path) {
    const toml::node *node = &document->root;
    std::string_view rest(path);
    while (node) {
        const size_t dot = rest.find('.');
        node = step(node, rest.substr(0, dot));
        if (dot == std::string_view::npos)
            break;
        rest.remove_prefix(dot + 1);
    }
    return outer(node);
}

enum clau_toml_type clau_toml_type(const struct clau_toml_node *node) {
    switch (inner(node)->type()) {
    case toml::node_type::table:
        return CLAU_TOML_TABLE;
    case toml::node_type::array:
        return CLAU_TOML_ARRAY;
    case toml::node_type::string:
        return CLAU_TOML_STRING;
    case toml::node_type::integer:
        return CLAU_TOML_INTEGER;
    case toml::node_type::floating_point:
        return CLAU_TOML_REAL;
    case toml::node_type::boolean:
        return CLAU_TOML_BOOLEAN;
    default:
        return CLAU_TOML_DATE;
    }
}

size_t clau_toml_size(const struct clau_toml_node *node) {
    if (const auto *table = inner(node)->as_table())
        return table->size();
    if (const auto *array = inner(node)->as_array())
        return array->size();
    return 0;
}

const struct clau_toml_node *clau_toml_get(const struct clau_toml_node *node, const char *key) {
    const auto *table = inner(node)->as_table();
    return table ? outer(table->get(key)) : NULL;
}

const struct clau_toml_node *clau_toml_at(const struct clau_toml_node *node, size_t index,
                                          const char **key) {
    if (key)
        *key = NULL;
    if (index >= clau_toml_size(node))
        return NULL;
    const auto *table = inner(node)->as_table();
    if (!table)
        return outer(inner(node)->as_array()->get(index));
    try {
        using entry = std::pair<const toml::key *, const toml::node *>;
        std::vector<entry> entries;
        for (const auto &[name, value] : *table)
            entries.emplace_back(&name, &value);
        // What overrides brought along has another path, and comes last.
        std::stable_sort(entries.begin(), entries.end(), [&](const entry &a, const entry &b) {
            const auto &left = entry_source(a.first, *a.second);
            const auto &right = entry_source(b.first, *b.second);
            const bool left_foreign = left.path != table->source().path;
            const bool right_foreign = right.path != table->source().path;
            if (left_foreign != right_foreign)
                return right_foreign;
            return left.begin < right.begin;
        });
        if (key)
            *key = entries[index].first->str().data(); // a std::string's: ends with NUL
        return outer(entries[index].second);
    } catch (...) {
        return NULL;
    }
}

bool clau_toml_string(const struct clau_toml_node *node, const char **value) {
    const auto *text = inner(node)->as_string();
    if (text)
        *value = text->get().c_str();
    return text != nullptr;
}

bool clau_toml_integer(const struct clau_toml_node *node, int64_t *value) {
    const auto *integer = inner(node)->as_integer();
    if (integer)
        *value = integer->get();
    return integer != nullptr;
}

bool clau_toml_real(const struct clau_toml_node *node, double *value) {
    if (const auto *integer = inner(node)->as_integer()) {
        *value = static_cast<double>(integer->get());
        return true;
    }
    const auto *real = inner(node)->as_floating_point();
    if (real)
        *value = real->get();
    return real != nullptr;
}

bool clau_toml_boolean(const struct clau_toml_node *node, bool *value) {
    const auto *boolean = inner(node)->as_boolean();
    if (boolean)
        *value = boolean->get();
    return boolean != nullptr;
}

void clau_toml_place(const struct clau_toml *document, const struct clau_toml_node *node,
                     char *place, size_t size) {
    const char *name = document->name.c_str();
    const toml::source_region *region = nullptr;
    if (node) {
        region = locate(nullptr, document->root, inner(node));
        if (region && !known(*region))
            region = first_known(nullptr, *inner(node));
    }
    if (!region || !region->path)
        snprintf(place, size, "%s", name);
    else if (*region->path == document->name)
        snprintf(place, size, "%s:%u:%u", name, static_cast<unsigned>(region->begin.line),
                 static_cast<unsigned>(region->begin.column));
    else
        snprintf(place, size, "%s", region->path->c_str());
    for (char *c = place; size > 0 && *c; c++)
        if (static_cast<unsigned char>(*c) < 0x20)
            *c = ' ';
}

void clau_toml_show(const struct clau_toml_node *node, char *text, size_t size) {
    char *whole = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&whole, &length);
    if (stream) {
        try {
            print_node(*inner(node), stream);
        } catch (...) {
            fputs("...", stream);
        }
        fclose(stream);
    }
    snprintf(text, size, "%s", whole ? whole : "...");
    if (whole && length >= size && size > 3) {
        size_t cut = size - 4;
        // Not in the middle of a UTF-8 sequence.
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80)
            cut--;
        snprintf(text + cut, size - cut, "...");
    }
    free(whole);
}

void clau_print_real(double value, char *text, size_t size) {
    if (value != value) {
        snprintf(text, size, "nan");
        return;
    }
    // to_chars gives the shortest digits that read back to the same bits, in any locale.
    char digits[40];
    *std::to_chars(digits, digits + sizeof digits - 1, value).ptr = '\0';
    char *exponent = strchr(digits, 'e');
    const bool whole = !exponent && !strpbrk(digits, ".n");
    if (!exponent) {
        snprintf(text, size, "%s%s", digits, whole ? ".0" : "");
        return;
    }
    const int power = atoi(exponent + 1);
    *exponent = '\0';
    snprintf(text, size, "%se%d", digits, power);
}

} // extern "C"
