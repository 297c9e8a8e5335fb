// SPDX-License-Identifier: GPL-3.0-or-later
// The dialect is XDMF 2 as ParaView's reader for *.xdmf2 takes it. What is the same in every
// snapshot (mesh, names of the arrays in the file) stands once at the top and is referred to.
#include "io/sidecar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/run_files.h"
#include "io/whole_file.h"

static void print_escaped(FILE *file, const char *text) {
    for (; *text != '\0'; ++text) {
        switch (*text) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            fputc(*text, file);
        }
    }
}

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/// Values in one snapshot, and the dimensions of one snapshot's array on its mesh.
static void print_shape(FILE *file, const struct clau_sidecar *sidecar) {
    if (sidecar->particles) {
        fprintf(file, "%zu", sidecar->shape[0]);
    } else if (sidecar->rank == 1) {
        fprintf(file, "1 1 %zu", sidecar->shape[0]);
    } else {
        fprintf(file, "1 %zu %zu", sidecar->shape[0], sidecar->shape[1]);
    }
}

/// Number of dimensions of a frame in the file.
static size_t frame_rank(const struct clau_sidecar *sidecar) {
    return sidecar->particles ? 1 : sidecar->rank;
}

static void print_source(FILE *file, const struct clau_sidecar *sidecar, const char *variable,
                         int precision, size_t rank) {
    fprintf(file, "<DataItem Dimensions=\"%zu", sidecar->time_count);
    for (size_t k = 0; k < rank; ++k) {
        fprintf(file, " %zu", sidecar->shape[k]);
    }
    fprintf(file, "\" NumberType=\"Float\" Precision=\"%d\" Format=\"HDF\">", precision);
    print_escaped(file, file_name(sidecar->dataset_path));
    fprintf(file, ":/%s</DataItem>\n", variable);
}

/// One frame of a variable.
static void print_frame(FILE *file, const struct clau_sidecar *sidecar, size_t variable,
                        size_t time) {
    const size_t rank = frame_rank(sidecar);
    fputs("<DataItem ItemType=\"HyperSlab\" Dimensions=\"", file);
    print_shape(file, sidecar);
    fprintf(file, "\"><DataItem Dimensions=\"3 %zu\" Format=\"XML\">%zu", rank + 1, time);
    fputs(rank == 1 ? " 0 1 1 1" : " 0 0 1 1 1 1", file);
    for (size_t k = 0; k < rank; ++k) {
        fprintf(file, " %zu", sidecar->shape[k]);
    }
    fprintf(file, "</DataItem><DataItem Reference=\"/Xdmf/Domain/DataItem[%zu]\"/></DataItem>",
            variable + 1);
}

/// Index of a variable, or variable_count.
static size_t find_variable(const struct clau_sidecar *sidecar, const char *name) {
    size_t i = 0;
    while (i < sidecar->variable_count && strcmp(sidecar->variables[i], name) != 0) {
        ++i;
    }
    return i;
}

static void print_vertices(FILE *file, const struct clau_sidecar *sidecar, size_t time) {
    fputs("<Geometry GeometryType=\"X_Y_Z\">", file);
    for (size_t k = 0; k < sidecar->rank; ++k) {
        print_frame(file, sidecar, k, time);
    }
    if (sidecar->rank == 2) {
        fprintf(file, "<DataItem Reference=\"/Xdmf/Domain/DataItem[%zu]\"/>",
                sidecar->variable_count + 1);
    }
    fputs("</Geometry>\n", file);
}

static void print_velocity(FILE *file, const struct clau_sidecar *sidecar, size_t time) {
    fprintf(file,
            "<Attribute Name=\"velocity\" AttributeType=\"Vector\" Center=\"Node\">"
            "<DataItem ItemType=\"Function\" Function=\"JOIN($0,$1,$2)\" Dimensions=\"%zu 3\">",
            sidecar->shape[0]);
    for (size_t k = 0; k < sidecar->rank; ++k) {
        print_frame(file, sidecar, sidecar->rank + k, time);
    }
    if (sidecar->rank == 2) {
        fprintf(file, "<DataItem Reference=\"/Xdmf/Domain/DataItem[%zu]\"/>",
                sidecar->variable_count + 1);
    }
    fputs("</DataItem></Attribute>\n", file);
}

static void print_scalars(FILE *file, const struct clau_sidecar *sidecar, size_t first,
                          size_t time) {
    for (size_t i = first; i < sidecar->variable_count; ++i) {
        fprintf(file, "<Attribute Name=\"%s\" Center=\"Node\">", sidecar->variables[i]);
        print_frame(file, sidecar, i, time);
        fputs("</Attribute>\n", file);
    }
}

/// The slabs are written out again: a reference to those of this snapshot would save a fifth of the
/// text, but ParaView looks it up from the file's top for every snapshot that it shows.
static void print_density(FILE *file, const struct clau_sidecar *sidecar, size_t time) {
    const size_t re = find_variable(sidecar, "psi_re"), im = find_variable(sidecar, "psi_im");
    if (re == sidecar->variable_count || im == sidecar->variable_count) {
        return;
    }
    fputs("<Attribute Name=\"|psi|^2\" Center=\"Node\"><DataItem ItemType=\"Function\" "
          "Function=\"($0*$0)+($1*$1)\" Dimensions=\"",
          file);
    print_shape(file, sidecar);
    fputs("\">", file);
    print_frame(file, sidecar, re, time);
    print_frame(file, sidecar, im, time);
    fputs("</DataItem></Attribute>\n", file);
}

static void print_snapshot(FILE *file, const struct clau_sidecar *sidecar, size_t time) {
    fprintf(file, "<Grid><Time Value=\"%.17g\"/><Topology Reference=\"/Xdmf/Domain/Topology[1]\"/>",
            sidecar->times[time]);
    if (!sidecar->particles) {
        fputs("<Geometry Reference=\"/Xdmf/Domain/Geometry[1]\"/>\n", file);
        print_scalars(file, sidecar, 0, time);
        print_density(file, sidecar, time);
    } else {
        print_vertices(file, sidecar, time);
        size_t first = sidecar->rank;
        if (sidecar->variable_count >= 2 * sidecar->rank) {
            print_velocity(file, sidecar, time);
            first = 2 * sidecar->rank;
        }
        print_scalars(file, sidecar, first, time);
    }
    fputs("</Grid>\n", file);
}

/// What the snapshots refer to: arrays in the order of the variables, then the mesh.
static void print_common(FILE *file, const struct clau_sidecar *sidecar) {
    for (size_t i = 0; i < sidecar->variable_count; ++i) {
        print_source(file, sidecar, sidecar->variables[i], sidecar->single_precision ? 4 : 8,
                     frame_rank(sidecar));
    }
    if (sidecar->particles) {
        if (sidecar->rank == 2) { // the third coordinate of points in a plane
            fprintf(file, "<DataItem Dimensions=\"%zu\" NumberType=\"Float\" Format=\"XML\">",
                    sidecar->shape[0]);
            for (size_t i = 0; i < sidecar->shape[0]; ++i) {
                fputs("0 ", file);
            }
            fputs("</DataItem>\n", file);
        }
        fprintf(file, "<Topology TopologyType=\"Polyvertex\" NumberOfElements=\"%zu\"/>\n",
                sidecar->shape[0]);
        return;
    }
    fputs("<Topology TopologyType=\"3DCoRectMesh\" Dimensions=\"", file);
    print_shape(file, sidecar);
    const double *origin = sidecar->origin, *spacing = sidecar->spacing;
    const bool line = sidecar->rank == 1;
    fprintf(file,
            "\"/>\n<Geometry GeometryType=\"ORIGIN_DXDYDZ\">"
            "<DataItem Dimensions=\"3\" Precision=\"8\" Format=\"XML\">0 %.17g %.17g</DataItem>"
            "<DataItem Dimensions=\"3\" Precision=\"8\" Format=\"XML\">1 %.17g %.17g</DataItem>"
            "</Geometry>\n",
            line ? 0.0 : origin[0], line ? origin[0] : origin[1], line ? 1.0 : spacing[0],
            line ? spacing[0] : spacing[1]);
}

/// What the sheet shows of a run: every so many snapshots and points.
struct sheet {
    size_t time_stride, times, point_stride, points;
};

/// ParaView reads the sheet again for every snapshot that it shows: it has to be small.
static struct sheet choose_sheet(const struct clau_sidecar *sidecar) {
    enum { MAXIMUM = 512 };
    const size_t nt = sidecar->time_count, nx = sidecar->shape[0];
    const size_t dt = (nt + MAXIMUM - 1) / MAXIMUM, dx = (nx + MAXIMUM - 1) / MAXIMUM;
    return (struct sheet){dt, (nt + dt - 1) / dt, dx, (nx + dx - 1) / dx};
}

static void print_series(FILE *file, const struct sheet *sheet, size_t variable) {
    fprintf(file,
            "<DataItem ItemType=\"HyperSlab\" Dimensions=\"1 %zu %zu\">"
            "<DataItem Dimensions=\"3 2\" Format=\"XML\">0 0 %zu %zu %zu %zu</DataItem>"
            "<DataItem Reference=\"/Xdmf/Domain/DataItem[%zu]\"/></DataItem>",
            sheet->times, sheet->points, sheet->time_stride, sheet->point_stride, sheet->times,
            sheet->points, variable + 1);
}

/// Snapshots need not be equidistant: the axes are given value by value.
static void print_sheet_mesh(FILE *file, const struct clau_sidecar *sidecar,
                             const struct sheet *sheet) {
    fprintf(file,
            "<Topology TopologyType=\"3DRectMesh\" Dimensions=\"1 %zu %zu\"/>\n"
            "<Geometry GeometryType=\"VXVYVZ\">"
            "<DataItem Dimensions=\"%zu\" NumberType=\"Float\" Precision=\"8\" Format=\"XML\">",
            sheet->times, sheet->points, sheet->points);
    for (size_t i = 0; i < sheet->points; ++i) {
        fprintf(file, "%.17g ",
                sidecar->origin[0] + sidecar->spacing[0] * (double)(i * sheet->point_stride));
    }
    fprintf(file,
            "</DataItem>\n"
            "<DataItem Dimensions=\"%zu\" NumberType=\"Float\" Precision=\"8\" Format=\"XML\">",
            sheet->times);
    for (size_t i = 0; i < sheet->times; ++i) {
        fprintf(file, "%.17g ", sidecar->times[i * sheet->time_stride]);
    }
    fputs("</DataItem>\n<DataItem Dimensions=\"1\" Format=\"XML\">0</DataItem></Geometry>\n", file);
}

/// A one-dimensional run as a surface over x and time.
static void print_sheet(FILE *file, const struct clau_sidecar *sidecar) {
    const struct sheet sheet = choose_sheet(sidecar);
    fputs("<Grid Name=\"space-time\">", file);
    print_sheet_mesh(file, sidecar, &sheet);
    for (size_t i = 0; i < sidecar->variable_count; ++i) {
        fprintf(file, "<Attribute Name=\"%s\" Center=\"Node\">", sidecar->variables[i]);
        print_series(file, &sheet, i);
        fputs("</Attribute>\n", file);
    }
    const size_t re = find_variable(sidecar, "psi_re"), im = find_variable(sidecar, "psi_im");
    if (re < sidecar->variable_count && im < sidecar->variable_count) {
        fprintf(file,
                "<Attribute Name=\"|psi|^2\" Center=\"Node\"><DataItem ItemType=\"Function\" "
                "Function=\"($0*$0)+($1*$1)\" Dimensions=\"1 %zu %zu\">",
                sheet.times, sheet.points);
        print_series(file, &sheet, re);
        print_series(file, &sheet, im);
        fputs("</DataItem></Attribute>\n", file);
    }
    fputs("</Grid>\n", file);
}

static void print_document(FILE *file, const struct clau_sidecar *sidecar) {
    fputs("<?xml version=\"1.0\"?>\n<Xdmf Version=\"2.0\"><Domain>\n", file);
    print_common(file, sidecar);
    fputs("<Grid Name=\"snapshots\" GridType=\"Collection\" CollectionType=\"Temporal\">\n", file);
    for (size_t i = 0; i < sidecar->time_count; ++i) {
        print_snapshot(file, sidecar, i);
    }
    fputs("</Grid>\n", file);
    if (!sidecar->particles && sidecar->rank == 1 && sidecar->time_count > 1) {
        print_sheet(file, sidecar);
    }
    fputs("</Domain></Xdmf>\n", file);
}

/// The document in memory; malloc'ed, NULL when out of memory.
static char *make_document(const struct clau_sidecar *sidecar, size_t *size) {
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);
    if (stream == NULL) {
        return NULL;
    }
    print_document(stream, sidecar);
    const bool failed = ferror(stream) != 0;
    if (fclose(stream) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

enum clau_status clau_sidecar_write(const struct clau_sidecar *sidecar, struct clau_error *error) {
    size_t size = 0;
    char *path = clau_file_beside(sidecar->dataset_path, CLAU_SIDECAR_SUFFIX);
    char *text = make_document(sidecar, &size);
    enum clau_status status = CLAU_OK;
    if (path == NULL || text == NULL) {
        status = clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", sidecar->dataset_path);
    } else {
        // It can be made again from the dataset: no need to wait for the disk.
        const struct clau_bytes bytes = {text, size};
        const struct clau_whole_file file = {.path = path, .parts = &bytes, .part_count = 1};
        status = clau_whole_files_write(&file, 1, error);
    }
    free(path);
    free(text);
    return status;
}
