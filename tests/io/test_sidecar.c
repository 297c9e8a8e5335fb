// SPDX-License-Identifier: GPL-3.0-or-later
// The sidecar's text. What ParaView makes of it is checked by check_sidecar.py.
#include "io/sidecar.h"

#include "tests/io/folder.h"

static const char *const psi[] = {"psi_re", "psi_im"};
static const char *const fields[] = {"phi", "phi_t"};
static const char *const particles[] = {"x", "y", "z", "vx", "vy", "vz"};
static const char *const discs[] = {"x", "y", "vx", "vy", "speed"};
static const double times[] = {0.0, 0.1, 1.0 / 3.0};

static struct clau_sidecar wave(const char *path) {
    return (struct clau_sidecar){.dataset_path = path,
                                 .rank = 1,
                                 .shape = {64},
                                 .origin = {-10.0},
                                 .spacing = {0.1},
                                 .variables = psi,
                                 .variable_count = 2,
                                 .times = times,
                                 .time_count = 3};
}

/// The text of the sidecar beside folder->file; free().
static char *text_of(const struct folder *folder, const struct clau_sidecar *sidecar) {
    struct clau_error error;
    if (clau_sidecar_write(sidecar, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    char *path = path_in(folder, "run.xdmf2");
    char *text = read_bytes(path, NULL);
    free(path);
    return text;
}

static size_t count(const char *text, const char *part) {
    size_t result = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part)) {
        result++;
    }
    return result;
}

/// Every element is closed in its turn, quotes are paired, no bare & or < is left.
static void check_well_formed(const char *text) {
    enum { DEPTH = 32, NAME = 64 };
    char open[DEPTH][NAME];
    size_t depth = 0, roots = 0;
    assert_int_equal(strncmp(text, "<?xml version=\"1.0\"?>\n", 22), 0);
    for (const char *at = text + 22; *at != '\0'; at++) {
        if (*at == '&') {
            static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
            size_t i = 0;
            while (i < 4 && strncmp(at, entities[i], strlen(entities[i])) != 0) {
                i++;
            }
            assert_true(i < 4);
        }
        if (*at != '<') {
            assert_true(depth > 0 || *at == '\n');
            continue;
        }
        const bool closes = at[1] == '/';
        char name[NAME] = "";
        const size_t length = strcspn(at + 1 + closes, " />");
        assert_true(length > 0 && length < NAME);
        memcpy(name, at + 1 + closes, length);
        const char *end = at + 1;
        size_t quotes = 0;
        for (; *end != '>' || quotes % 2 != 0; end++) {
            assert_true(*end != '\0' && *end != '<');
            quotes += *end == '"';
        }
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (end[-1] != '/') {
            assert_true(depth < DEPTH);
            roots += depth == 0;
            strcpy(open[depth++], name);
        }
        at = end;
    }
    assert_int_equal(depth, 0);
    assert_int_equal(roots, 1);
}

static void one_dimensional_field(void **state) {
    const struct folder *folder = *state;
    const struct clau_sidecar sidecar = wave(folder->file);
    char *text = text_of(folder, &sidecar);
    check_well_formed(text);
    assert_int_equal(count(text, "<Time Value="), 3);
    assert_int_equal(count(text, "<Time Value=\"0.10000000000000001\"/>"), 1);
    assert_int_equal(count(text, "<Time Value=\"0.33333333333333331\"/>"), 1);
    assert_int_equal(count(text, "CollectionType=\"Temporal\""), 1);
    assert_int_equal(count(text, "<Grid Name=\"space-time\">"), 1);
    assert_int_equal(count(text, "run.nc:/psi_re"), 1); // each array is named once
    assert_int_equal(count(text, "run.nc:/psi_im"), 1);
    assert_null(strstr(text, folder->path)); // so that both files can move together
    // Three snapshots and the sheet.
    assert_int_equal(count(text, "<Attribute Name=\"psi_re\""), 4);
    assert_int_equal(count(text, "<Attribute Name=\"psi_im\""), 4);
    assert_int_equal(count(text, "<Attribute Name=\"|psi|^2\""), 4);
    assert_non_null(strstr(text, "Dimensions=\"3 64\" NumberType=\"Float\" Precision=\"8\""));
    assert_non_null(strstr(text, "0 0 -10<")); // the origin: z, y, x
    free(text);
}

static void real_field_has_no_density(void **state) {
    const struct folder *folder = *state;
    struct clau_sidecar sidecar = wave(folder->file);
    sidecar.variables = fields;
    sidecar.single_precision = true;
    char *text = text_of(folder, &sidecar);
    check_well_formed(text);
    assert_int_equal(count(text, "|psi|"), 0);
    assert_int_equal(count(text, "<Attribute Name=\"phi\""), 4);
    assert_non_null(strstr(text, "Dimensions=\"3 64\" NumberType=\"Float\" Precision=\"4\""));
    free(text);
}

static void two_dimensional_field(void **state) {
    const struct folder *folder = *state;
    struct clau_sidecar sidecar = wave(folder->file);
    sidecar.rank = 2;
    sidecar.shape[0] = 5; // y
    sidecar.shape[1] = 7; // x
    sidecar.origin[1] = 20.0;
    sidecar.spacing[1] = 0.25;
    char *text = text_of(folder, &sidecar);
    check_well_formed(text);
    assert_int_equal(count(text, "space-time"), 0);
    assert_int_equal(count(text, "<Attribute Name=\"|psi|^2\""), 3);
    assert_non_null(strstr(text, "TopologyType=\"3DCoRectMesh\" Dimensions=\"1 5 7\""));
    assert_non_null(strstr(text, ">0 -10 20<"));
    assert_non_null(strstr(text, ">1 0.10000000000000001 0.25<"));
    free(text);
}

static void particles_in_space_and_plane(void **state) {
    const struct folder *folder = *state;
    struct clau_sidecar sidecar = wave(folder->file);
    sidecar.particles = true;
    sidecar.rank = 3;
    sidecar.shape[0] = 11;
    sidecar.variables = particles;
    sidecar.variable_count = 6;
    char *text = text_of(folder, &sidecar);
    check_well_formed(text);
    assert_int_equal(count(text, "TopologyType=\"Polyvertex\" NumberOfElements=\"11\""), 1);
    assert_int_equal(count(text, "<Geometry GeometryType=\"X_Y_Z\">"), 3);
    assert_int_equal(count(text, "JOIN($0,$1,$2)"), 3);
    assert_int_equal(count(text, "<Attribute Name="), 3); // x to vz are not shown twice
    free(text);
    sidecar.rank = 2;
    sidecar.variables = discs;
    sidecar.variable_count = 5;
    text = text_of(folder, &sidecar);
    check_well_formed(text);
    assert_int_equal(count(text, "JOIN($0,$1,$2)"), 3);
    assert_int_equal(count(text, "<Attribute Name=\"speed\""), 3);
    free(text);
}

static void few_snapshots_are_fine(void **state) {
    const struct folder *folder = *state;
    struct clau_sidecar sidecar = wave(folder->file);
    for (size_t n = 0; n < 2; n++) {
        sidecar.time_count = n;
        char *text = text_of(folder, &sidecar);
        check_well_formed(text);
        assert_int_equal(count(text, "<Time Value="), n);
        assert_int_equal(count(text, "space-time"), 0); // a sheet needs two
        free(text);
    }
}

/// A run of 10^4 snapshots of many points, at a fair size: less than 1500 bytes a snapshot, where
/// one of its two arrays of 1024 numbers takes 8192 in the data.
static void long_runs_stay_small(void **state) {
    const struct folder *folder = *state;
    enum { MANY = 10000 };
    double *many = malloc(MANY * sizeof *many);
    for (size_t i = 0; i < MANY; i++) {
        many[i] = 0.1 * (double)i;
    }
    struct clau_sidecar sidecar = wave(folder->file);
    sidecar.times = many;
    sidecar.time_count = MANY;
    sidecar.shape[0] = 1 << 20;
    char *text = text_of(folder, &sidecar);
    check_well_formed(text);
    assert_int_equal(count(text, "<Time Value="), MANY);
    assert_true(strlen(text) < (size_t)1500 * MANY);
    free(text);
    free(many);
}

static void names_are_escaped(void **state) {
    const struct folder *folder = *state;
    char *path = path_in(folder, "run.nc");
    char *odd = path_in(folder, "a&b<c>\"d\".nc"), *beside = path_in(folder, "a&b<c>\"d\".xdmf2");
    const struct clau_sidecar sidecar = wave(odd);
    assert_int_equal(clau_sidecar_write(&sidecar, NULL), CLAU_OK);
    char *text = read_bytes(beside, NULL);
    check_well_formed(text);
    assert_int_equal(count(text, ">a&amp;b&lt;c&gt;&quot;d&quot;.nc:/psi_re<"), 1);
    free(text);
    free(path);
    free(odd);
    free(beside);
}

static void sidecar_stands_beside_the_dataset(void **state) {
    const struct folder *folder = *state;
    static const char *const pairs[][2] = {
        {"run.nc", "run.xdmf2"},          {"run", "run.xdmf2"},
        {"u0.2", "u0.2.xdmf2"},           {"u0.25", "u0.25.xdmf2"},
        {"run.2.nc4", "run.2.nc4.xdmf2"}, {".nc", ".nc.xdmf2"},
        {"v1.5/run", "v1.5/run.xdmf2"}};
    char *below = path_in(folder, "v1.5");
    assert_int_equal(mkdir(below, 0700), 0);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *path = path_in(folder, pairs[i][0]), *beside = path_in(folder, pairs[i][1]);
        const struct clau_sidecar sidecar = wave(path);
        unlink(beside);
        assert_int_equal(clau_sidecar_write(&sidecar, NULL), CLAU_OK);
        assert_true(file_exists(beside));
        free(path);
        free(beside);
    }
    free(below);
}

static void failure_leaves_the_old_sidecar(void **state) {
    const struct folder *folder = *state;
    char *nowhere = path_in(folder, "none/run.nc"), *beside = path_in(folder, "run.xdmf2");
    char *inside = path_in(folder, "run.xdmf2/old");
    struct clau_error error;
    struct clau_sidecar sidecar = wave(nowhere);
    assert_int_equal(clau_sidecar_write(&sidecar, &error), CLAU_IO_FAILED);
    assert_non_null(strstr(error.message, "none/run.xdmf2"));
    assert_non_null(strstr(error.message, ": No such file or directory"));
    // A folder in the place of the sidecar stays.
    assert_int_equal(mkdir(beside, 0700), 0);
    write_text(inside, "old");
    sidecar = wave(folder->file);
    assert_int_equal(clau_sidecar_write(&sidecar, &error), CLAU_IO_FAILED);
    assert_int_equal(strncmp(error.message, beside, strlen(beside)), 0);
    assert_true(file_exists(inside));
    free(nowhere);
    free(beside);
    free(inside);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(one_dimensional_field),
        test_in_folder(real_field_has_no_density),
        test_in_folder(two_dimensional_field),
        test_in_folder(particles_in_space_and_plane),
        test_in_folder(few_snapshots_are_fine),
        test_in_folder(long_runs_stay_small),
        test_in_folder(names_are_escaped),
        test_in_folder(sidecar_stands_beside_the_dataset),
        test_in_folder(failure_leaves_the_old_sidecar),
    };
    return cmocka_run_group_tests_name("io-sidecar", tests, NULL, NULL);
}
