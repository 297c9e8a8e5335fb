# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts/plot and scripts/animate share: finding Python's modules, opening the file of a
run (finished, failed or under way), and what can be read off its attributes.

Imported before NumPy and friends are known to be there: only the standard library at the top.
"""

import fcntl
import importlib.util
import os
import struct
import subprocess
import sys
import time

PACKAGES = {
    "numpy": "python3-numpy",
    "xarray": "python3-xarray",
    "matplotlib": "python3-matplotlib",
    "netCDF4": "python3-netcdf4",
    "scipy": "python3-scipy",
}
NEEDED = ("numpy", "xarray", "matplotlib", "netCDF4")
SYSTEM_PYTHON = "/usr/bin/python3"

# Okabe and Ito's colours: told apart by everyone, and in grey.
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, BLACK = COLOURS = [
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000",
]  # fmt: skip


def fail(message, code=1):
    """Ends the program with one line on stderr."""
    print(f"{os.path.basename(sys.argv[0])}: {message}", file=sys.stderr)
    sys.exit(code)


def require_modules(*further):
    """Goes on under Debian's python3 where that one has the modules and this one has not; `further`
    ones than those that all scripts use."""
    needed = (*NEEDED, *further)
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if not missing:
        return
    if sys.executable != SYSTEM_PYTHON and os.access(SYSTEM_PYTHON, os.X_OK):
        probe = [SYSTEM_PYTHON, "-c", "import " + ", ".join(needed)]
        if subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    packages = " ".join(PACKAGES[name] for name in missing)
    plural = "s" if len(missing) > 1 else ""
    fail(f"Python lacks {', '.join(missing)}: install the Debian package{plural} {packages}", 2)


# Seconds for which a read that falls into a flush of the solver is repeated; a file that changed as
# long ago may have a writer that leaves no other sign.
PATIENCE = 2.0
# Bytes up to which a file that is being written is read as a whole, and of a piece of it.
AT_ONCE, PIECE = 1 << 30, 1 << 18
CLOCKS = ("time", "observation_time")
F_OFD_GETLK = 36  # fcntl.h; Python's fcntl has no name for it


def _has_writer(path):
    """Whether a process holds the lock of the run's journal. Needs no right to write."""
    file = os.path.realpath(path)
    journal = file.removesuffix(".nc") + ".journal"
    question = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    try:
        descriptor = os.open(journal, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return struct.unpack_from("h", fcntl.fcntl(descriptor, F_OFD_GETLK, question))[0] != (
            fcntl.F_UNLCK
        )
    except OSError:
        return True  # a file system without locks: there may be one
    finally:
        os.close(descriptor)


def _changes(path):
    return _has_writer(path) or time.time() - os.path.getmtime(path) < PATIENCE


def _advice(path):
    if _has_writer(path):
        return ": it is being written"
    with open(path, "rb") as file:
        damaged = file.read(8) == b"\x89HDF\r\n\x1a\n"
    return f"; `clausius repair {path}` may mend it" if damaged else ""


def _written(clock):
    """Times before the first one that is not written: missing, or not later than the one before."""
    import numpy

    good = numpy.isfinite(clock) & (clock < 1e36)  # NetCDF's own filling is 9.97e36
    good[1:] &= clock[1:] > clock[:-1]
    return len(clock) if good.all() else int(numpy.argmin(good))


def _open(path):
    import xarray

    return xarray.open_dataset(path, engine="netcdf4", decode_times=False)


# What a torn file makes of the libraries: exceptions of many kinds, all of them of the file.
TORN = (OSError, ValueError, RuntimeError, LookupError, AttributeError)


class _Growing:
    """A file that is being written. HDF5 keeps what it has read for as long as the file is open
    somewhere in the process: every new attempt opens it anew."""

    def __init__(self, path):
        self.path, self.run = path, None

    def close(self):
        if self.run is not None:
            self.run.close()
        self.run = None

    def patiently(self, read):
        """read(run), again for a while where that fails and somebody writes."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.run = self.run or _open(self.path)
                return read(self.run)
            except TORN as error:
                reason = f"{error}"
            self.close()
            if time.monotonic() > end or not _changes(self.path):
                fail(f"{self.path}: not a readable NetCDF file ({reason}){_advice(self.path)}", 2)
            time.sleep(0.02)

    def believably(self, read):
        """What read(run) gives. In the middle of a flush a record may seem to be missing, so what
        is not a number must be seen twice."""
        import numpy

        before, end = None, time.monotonic() + PATIENCE
        while True:
            values = self.patiently(read)
            gaps = values.dtype.kind == "f" and bool(numpy.isnan(values).any())
            same = before is not None and numpy.array_equal(before, values, equal_nan=True)
            if not gaps or same or time.monotonic() > end:
                return values
            before = values
            self.close()

    def load(self, name, variable):
        """The values of a variable, in pieces, so that each has a chance to fall between flushes."""
        import numpy

        def piece(rows):
            return self.believably(lambda run: run.variables[name][rows].values)

        if variable.ndim == 0:
            return piece(())
        count = variable.shape[0]
        rows = max(1, PIECE * count // max(variable.nbytes, 1))
        pieces = [piece(slice(k, min(k + rows, count))) for k in range(0, count, rows)]
        return numpy.concatenate(pieces) if pieces else variable.values


def _as_written(file):
    """A run that goes on as far as it is written, in memory, but for a large state."""
    whole = file.run
    sizes = {name: _written(whole[name].values) for name in CLOCKS if name in whole.variables}
    run = whole.isel({name: slice(size) for name, size in sizes.items()})
    at_once = run.nbytes <= AT_ONCE
    for name, variable in run.variables.items():
        if name not in run.dims and (at_once or "time" not in variable.dims):
            variable.values = file.load(name, variable)
    if at_once:
        file.close()
    return run


def open_run(path):
    """The file as an xarray.Dataset, lazily; readable while the solver still writes to it: then as
    far as it is written."""
    os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")
    if not os.path.exists(path):
        fail(f"{path}: no such file", 2)
    if not os.path.isfile(path):
        fail(f"{path}: is not a regular file", 2)
    file = _Growing(path)
    run = file.patiently(lambda run: run)
    return _as_written(file) if run.attrs.get("status") == "running" else run


def check_output(source, output):
    """An output that can be written and is not the file that is read."""
    if os.path.exists(output) and os.path.samefile(source, output):
        fail(f"{output}: is the file to be read", 2)
    if not os.path.isdir(os.path.dirname(output) or "."):
        fail(f"{output}: the folder does not exist", 2)


def configuration(run):
    """The effective configuration of the run as nested dicts; {} where it cannot be read."""
    try:
        import tomllib
    except ImportError:  # Python before 3.11
        return {}
    try:
        return tomllib.loads(run.attrs.get("config", ""))
    except (tomllib.TOMLDecodeError, TypeError):
        return {}


def title(run, path):
    return str(run.attrs.get("title") or os.path.basename(path).removesuffix(".nc"))


def subtitle(run):
    """One line that says which run it is."""
    config = configuration(run)
    parts = [str(config["solver"])] if "solver" in config else []
    if "x" in run.dims and run.sizes["x"] > 1:
        sizes = [str(run.sizes[name]) for name in ("x", "y", "z") if name in run.dims]
        parts.append(" × ".join(sizes) + " points")
    if "particle" in run.dims:
        parts.append(f"{run.sizes['particle']} particles")
    if "seed" in run.attrs:
        parts.append(f"seed {run.attrs['seed']}")
    if "source" in run.attrs:
        parts.append(str(run.attrs["source"]))
    status = str(run.attrs.get("status", "complete"))
    if status != "complete":
        parts.append(f"status: {status}")
    return "  ·  ".join(parts)


def is_complex(run):
    return "psi_re" in run and "psi_im" in run


def field_name(run):
    """The variable of a field run that lives on (time, [y,] x), or None."""
    for name in ("psi_re", "phi"):
        if name in run:
            return name
    for name, variable in run.data_vars.items():
        if variable.dims in (("time", "x"), ("time", "y", "x")):
            return name
    return None


def is_particles(run):
    return all(name in run and run[name].dims == ("time", "particle") for name in ("x", "y"))


def frame(run, index):
    """One snapshot of a field: psi (complex) or phi."""
    if is_complex(run):
        parts = [run[name][index].values for name in ("psi_re", "psi_im")]
        psi = parts[0].astype(complex)
        psi.imag = parts[1]  # no arithmetic: an infinite part leaves the other as it is
        return psi
    return run[field_name(run)][index].values


def frame_count(run):
    """Snapshots that are in the file; 0 for observables only."""
    if field_name(run) is None and not is_particles(run):
        return 0
    return run.sizes.get("time", 0)


def box(run):
    """Width, height(, depth) of the particles' domain and its origin, from the configuration or
    else from the positions."""
    domain = configuration(run).get("domain", {})
    if "width" in domain and "height" in domain:
        return [(0.0, float(domain["width"])), (0.0, float(domain["height"]))]
    names = "xyz"[: domain.get("dimensions", 3)]  # in the plane there is a z as well, all 0
    axes = [name for name in names if name in run and run[name].dims == ("time", "particle")]
    if "length" in domain and domain.get("boundary", "periodic") == "periodic":
        return [(0.0, float(domain["length"]))] * len(axes)
    limits = []
    for name in axes:
        low, high = float(run[name].min()), float(run[name].max())
        margin = 0.03 * (high - low) or 0.5
        limits.append((low - margin, high + margin))
    return limits


def is_open(run):
    """Whether the particles are in unbounded space, as the configuration has it."""
    return configuration(run).get("domain", {}).get("boundary") == "open"


def windows(run):
    """A function from a snapshot's index to what is shown of each axis: the box, or in the open a
    square or cube of one size that goes with the particles, however far they come."""
    limits = box(run)
    if not is_open(run):
        return lambda index: limits
    parts = [run[name] for name in "xyz"[: len(limits)]]
    half = 1.05 * max(float(abs(part - part.mean("particle")).max()) for part in parts) or 0.5

    def window(index):
        middle = [float(part[index].mean()) for part in parts]
        return [(m - half, m + half) for m in middle]

    return window


def boundary(run):
    """How a field closes at its ends, from the configuration; {} where that does not say."""
    found = configuration(run).get("grid", {}).get("boundary", {})
    return found if isinstance(found, dict) else {"kind": found}


def diameter(run):
    """Of hard discs, from the configuration; None for points."""
    config = configuration(run)
    gas, domain = config.get("gas", {}), config.get("domain", {})
    if "diameter" in gas:
        return float(gas["diameter"])
    if "packing_fraction" in gas and "width" in domain and "height" in domain:
        area = float(domain["width"]) * float(domain["height"])
        count = run.sizes["particle"]
        return (4 * float(gas["packing_fraction"]) * area / (3.141592653589793 * count)) ** 0.5
    return None
