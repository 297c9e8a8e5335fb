# SPDX-License-Identifier: GPL-3.0-or-later
"""clausius-analyze: every figure of its report against NumPy and SciPy on the same files.

    test_analyze.py PROGRAM    the program clausius-analyze
"""

import os
import resource
import signal
import sys
import xml.etree.ElementTree

import netCDF4
import numpy as np
import xarray
from program import expect, one_line, refuse, run, tree
from scipy import stats

COUNT, KEPT = 401, 200  # observations, and those in the last half
VARIABLES = ["height", "width", "depth"]
# Sums of some hundred terms of order one, in another order.
CLOSE = 1e-10


def ripple(generator, memory):
    """x_(i+1) = memory x_i + noise, of variance 1."""
    noise = generator.standard_normal(COUNT) * np.sqrt(1.0 - memory**2)
    series = np.empty(COUNT)
    series[0] = generator.standard_normal()
    for i in range(1, COUNT):
        series[i] = memory * series[i - 1] + noise[i]
    return series


def write_run(path, seed, shift=0.0, **more):
    """Three series; width moves with the group, depth hardly, and height not at all."""
    generator = np.random.default_rng(seed)
    series = {
        "height": ripple(generator, 0.6),
        "width": ripple(generator, 0.3) + shift,
        "depth": ripple(generator, 0.0) + 0.05 * shift,
        **more,
    }
    data = {name: ("observation_time", values) for name, values in series.items()}
    time = {"observation_time": 0.5 * np.arange(COUNT)}
    xarray.Dataset(data, time, {"title": path.stem, "config": 'solver = "none"'}).to_netcdf(path)
    return path.name


def two_groups(folder, runs=(7, 9)):
    """Names of the files of two groups, as arguments, and their series: [group][run][name]."""
    arguments, series = [], []
    for group, count in enumerate(runs):
        files = [write_run(folder / f"{'ab'[group]}{i}.nc", 100 * group + i, 2.0 * group)
                 for i in range(count)]  # fmt: skip
        arguments += ["-g", "AB"[group], *files]
        series.append([late_half(folder / file) for file in files])
    return arguments, series


def late_half(path):
    with xarray.open_dataset(path) as file:
        return {name: file[name].values[-KEPT:] for name in file.data_vars}


def report(folder, *arguments):
    out, err = run(folder, *arguments, "-o", "report", "--force")
    expect(err == "", err)
    expect(out == (folder / "report.txt").read_text(), "the text is not the same on stdout")
    with xarray.open_dataset(folder / "report.nc") as file:
        return file.load()


def close(found, wanted, what, tolerance=CLOSE):
    expect(np.allclose(found, wanted, rtol=tolerance, atol=tolerance), f"{what}: {found} {wanted}")


def cliff(x, y):
    return np.sign(np.subtract.outer(x, y)).mean()


def holm(p):
    order = np.argsort(p, kind="stable")
    stepped = np.asarray(p)[order] * np.arange(len(p), 0, -1)
    result = np.empty(len(p))
    result[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return result


def autocorrelation_time(x):
    """Sokal's window of six, by sums: docs of diagnostics/autocorrelation.h."""
    centred = x - x.mean()
    total, k = 0.5, 0
    while k < 6.0 * total and k + 1 < len(x):
        k += 1
        total += (centred[:-k] * centred[k:]).sum() / (centred**2).sum()
    return 2.0 * total


def block_length(x):
    """Steps after which 2 % are left of the correlation a^k with tau = (1 + a)/(1 - a)."""
    tau = max(autocorrelation_time(x), 1.0)
    return max(1, round(np.log(0.02) / np.log((tau - 1.0) / (tau + 1.0)))) if tau > 1.0 else 1


def expect_tests(found, samples):
    """All tests, of samples[group][variable] [values]."""
    pairs = [(a, b) for a in range(len(samples)) for b in range(a + 1, len(samples))]
    for v, name in enumerate(VARIABLES):
        groups = [sample[name] for sample in samples]
        row = found.isel(variable=v)
        h, f = stats.kruskal(*groups), stats.f_oneway(*groups)
        close(row.kruskal_wallis_h, h.statistic, "H")
        close(row.kruskal_wallis_p, h.pvalue, "p of H")
        total = sum(len(x) for x in groups)
        close(row.epsilon_squared, h.statistic / (total - 1), "epsilon^2")
        close(row.anova_f, f.statistic, "F")
        close(row.anova_p, f.pvalue, "p of F")
        everything = np.concatenate(groups)
        within = sum(((x - x.mean()) ** 2).sum() for x in groups)
        close(row.eta_squared, 1 - within / ((everything - everything.mean()) ** 2).sum(), "eta^2")
        for k, (a, b) in enumerate(pairs):
            one, x, y = row.isel(pair=k), groups[a], groups[b]
            ks = stats.ks_2samp(x, y, mode="exact")
            close(one.kolmogorov_smirnov_d, ks.statistic, "D")
            close(one.kolmogorov_smirnov_p, ks.pvalue, "p of D", 1e-9)
            exact = "exact" if min(len(x), len(y)) <= 8 else "asymptotic"
            u = stats.mannwhitneyu(x, y, method=exact)
            close(one.mann_whitney_u, u.statistic, "U")
            close(one.mann_whitney_p, u.pvalue, "p of U")
            close(one.cliff_delta, cliff(x, y), "delta")
            expect(one.cliff_low <= one.cliff_delta <= one.cliff_high, "interval of delta")
    flat = found.mann_whitney_p.values.ravel()
    close(found.mann_whitney_p_holm.values.ravel(), holm(flat), "Holm over variables and pairs")
    close(found.kruskal_wallis_p_holm, holm(found.kruskal_wallis_p.values), "Holm over variables")
    expect((found.distinguishable == (found.mann_whitney_p_holm < 0.05)).all(), "verdict")


def test_groups_of_runs_are_compared_by_their_means(folder):
    arguments, series = two_groups(folder)
    found = report(folder, *arguments)
    expect(list(found["variable"].values) == VARIABLES, f"{found['variable'].values}")
    expect(list(found["group"].values) == ["A", "B"] and found["pair"].values[0] == "A - B", "names")
    samples = [{n: np.array([one[n].mean() for one in runs]) for n in VARIABLES} for runs in series]
    for g, sample in enumerate(samples):
        for v, name in enumerate(VARIABLES):
            cell = found.isel(variable=v, group=g)
            close(cell["mean"], sample[name].mean(), "mean")
            close(cell.standard_deviation, sample[name].std(ddof=1), "standard deviation")
            expect(cell.n == len(sample[name]), f"n = {cell.n}")
            n_eff = sum(KEPT / max(autocorrelation_time(one[name]), 1.0) for one in series[g])
            close(cell.n_eff, n_eff, "n_eff")
    expect_tests(found, samples)
    verdict = found.distinguishable.sel(pair="A - B")
    expect(verdict.sel(variable="width") == 1 and verdict.sel(variable="height") == 0, "verdict")
    text = (folder / "report.txt").read_text()
    expect("A - B: distinguishable" in text and "means of the runs" in text, text)
    expect(max(map(len, text.splitlines())) <= 100, "the text is wider than 100 columns")


def test_single_runs_are_compared_by_thinned_observations(folder):
    files = [write_run(folder / f"{name}.nc", seed, seed) for seed, name in enumerate("xyz")]
    series = [late_half(folder / file) for file in files]
    found = report(folder, *files)
    expect(list(found["group"].values) == ["x", "y", "z"], "the files' stems name the groups")
    samples = []
    for g, one in enumerate(series):
        thinned = {}
        for v, name in enumerate(VARIABLES):
            block = block_length(one[name])
            cell = found.isel(variable=v, group=g)
            expect(cell.n == KEPT // block, f"{name}: n = {cell.n}, not {KEPT // block}")
            thinned[name] = one[name][::block][: KEPT // block]
            close(cell["mean"], one[name].mean(), "mean of all observations")
            close(cell.standard_deviation, one[name].std(ddof=1), "deviation of all observations")
        samples.append(thinned)
    expect_tests(found, samples)


def test_what_cannot_be_tested_says_why(folder):
    # One run drifts from end to end: no two of its observations are independent.
    slope = np.linspace(0.0, 1.0, COUNT)
    write_run(folder / "a.nc", 1, drift=slope)
    write_run(folder / "b.nc", 2, drift=slope**2)
    found = report(folder, "a.nc", "b.nc", "-v", "drift,height")
    cell = found.sel(variable="drift", group="a")
    expect(cell.n == 0 and "too short" in str(cell.sample_status.values), f"{cell.sample_status}")
    pair = found.sel(variable="drift").isel(pair=0)
    expect(np.isnan(pair.mann_whitney_p) and pair.distinguishable == 0, "a test of nothing")
    expect("too short" in str(pair.mann_whitney_status.values), "no reason")
    text = (folder / "report.txt").read_text()
    expect("[1] the series is too short" in text, "no note")
    expect("these runs, not their configurations" in text, "one run is taken for a configuration")
    expect(np.isnan(found.kruskal_wallis_h.sel(variable="drift")), "H of nothing")


def test_the_groups_that_can_be_are_tested(folder):
    # The last run drifts: the test of all groups is that of the first two.
    slope = np.linspace(0.0, 1.0, COUNT)
    for name, seed in (("a", 1), ("b", 2)):
        write_run(folder / f"{name}.nc", seed, drift=np.random.default_rng(seed).normal(seed, 1, COUNT))
    write_run(folder / "c.nc", 3, drift=slope)
    both = report(folder, "a.nc", "b.nc", "-v", "drift,height").sel(variable="drift")
    found = report(folder, "a.nc", "b.nc", "c.nc", "-v", "drift,height")
    expect(list(found.groups_tested.values) == [2, 3], f"{found.groups_tested.values}")
    row = found.sel(variable="drift")
    for name in ("kruskal_wallis_h", "kruskal_wallis_p", "anova_f", "eta_squared"):
        expect(np.isfinite(row[name]) and row[name] == both[name], f"{name}: {row[name]}")
    expect(str(row.kruskal_wallis_status.values) == "", f"{row.kruskal_wallis_status}")


def test_measures(folder):
    arguments, series = two_groups(folder, (2, 3))
    found = report(folder, *arguments,
                   "-m", 'what = "histogram-entropy", bins = 8, window = 0, of = "width"',
                   "-m", 'what = "histogram-entropy", bins = 16, window = 50')  # fmt: skip
    expect(len(found.measure) == 1 + len(VARIABLES), f"{found.measure.values}")
    runs = [one for group in series for one in group]

    def entropy(values, bins):
        p = np.histogram(values, bins)[0] / len(values)
        return -(p[p > 0] * np.log(p[p > 0])).sum()

    close(found.measure_value[0], [entropy(one["width"], 8) for one in runs], "of one series")
    for v, name in enumerate(VARIABLES):
        wanted = [entropy(one[name][-50:], 16) for one in runs]
        close(found.measure_value[1 + v], wanted, f"of {name}")
        expect(name in str(found.measure.values[1 + v]), "label")
        for g, part in enumerate((wanted[:2], wanted[2:])):
            close(found.measure_mean[1 + v, g], np.mean(part), "mean")
            error = np.std(part, ddof=1) / np.sqrt(len(part))
            close(found.measure_standard_error[1 + v, g], error, "standard error")


def test_measures_of_pairs_and_refused_ones(folder):
    name = write_run(folder / "a.nc", 1)
    found = report(folder, name,
                   "-m", 'what = "mutual-information", of = "width", with = "width", window = 0')  # fmt: skip
    # Every sample coincides with itself in both: the estimate is that of a function, large.
    expect(found.measure_value[0, 0] > 2.0, f"{found.measure_value.values}")
    found = report(folder, name, "-m",
                   'what = "gaussian-mutual-information", of = "width", with = "depth", window = 0')  # fmt: skip
    one = late_half(folder / name)
    rho = np.corrcoef(one["width"], one["depth"])[0, 1]
    close(found.measure_value[0, 0], -np.log(1 - rho**2) / 2, "of a pair")
    refuse(folder, name, "-m", 'what = "kullback-leibler-divergence", of = "width", with = "depth"',
           message='--measure:1:13: measure.0.what = "kullback-leibler-divergence": is of distributions, '
                   'not of series')  # fmt: skip
    refuse(folder, name, "-m", 'what = "shannon-entropy"',
           message='--measure:1:13: measure.0.what = "shannon-entropy": is of distributions, not of series')  # fmt: skip
    for text, word in (('what = "nothing"', "nothing"), ('what = "histogram-entropy", bin = 3', "bin"),
                       ('what = "histogram-entropy", of = "length"', "length"), ("what", "--measure")):  # fmt: skip
        before = tree(folder)
        _, err = run(folder, name, "-m", text, code=2)
        expect(word in err and err.count("\n") == 1, err)
        expect(tree(folder) == before, "a refusal writes")


def test_hundreds_of_variables(folder):
    noise = np.random.default_rng(1).normal(size=(300, COUNT))
    names = [f"v{i}" for i in range(300)]
    name = write_run(folder / "a.nc", 1, **dict(zip(names, noise)))
    found = report(folder, name, "-v", ",".join(names))
    expect(list(found["variable"].values) == names, f"{found.sizes['variable']} variables")
    close(found["mean"][:, 0], noise[:, -KEPT:].mean(axis=1), "means")


def test_densities(folder):
    arguments, series = two_groups(folder)
    found = report(folder, *arguments)
    for g, runs in enumerate(series):
        for v, name in enumerate(VARIABLES):
            cell = found.isel(variable=v, group=g)
            values = np.concatenate([one[name] for one in runs])
            h = values.std(ddof=1) * (0.75 * float(cell.n_eff)) ** -0.2
            close(cell.density_bandwidth, h, "bandwidth")
            wanted = stats.gaussian_kde(values, h / values.std(ddof=1))(cell.density_value.values)
            # Binning on the fine grid: 1e-9 of the maximum (diagnostics/kernel_density.h).
            close(cell.density, wanted, "density", 1e-8)


def test_series_that_do_not_vary_are_left_out_or_refused(folder):
    flat, holes = np.full(COUNT, 3.0), np.full(COUNT, np.nan)
    for name in "ab":
        write_run(folder / f"{name}.nc", ord(name), flat=flat, holes=holes)
    found = report(folder, "a.nc", "b.nc")
    expect(list(found["variable"].values) == VARIABLES, f"{found['variable'].values}")
    text = (folder / "report.txt").read_text()
    expect("Left out: flat is the same everywhere." in text, text)
    expect("Left out: holes has missing or infinite values." in text, text)
    refuse(folder, "a.nc", "-v", "height,flat",
           message="a.nc: flat is the same everywhere in the observations that are analysed")  # fmt: skip
    # The same in one group only: the groups differ.
    write_run(folder / "c.nc", 5, flat=flat + 1.0)
    found = report(folder, "a.nc", "c.nc", "-v", "flat")
    expect(found.n.values.tolist() == [[1, 1]], "a constant is worth one value")


def test_list_of_measures(folder):
    overview, _ = run(folder, "--list")
    expect("sample-entropy" in overview and overview.count("\n") <= 40, overview)
    expect(max(map(len, overview.splitlines())) <= 100, overview)
    text, _ = run(folder, "--list", "measures")
    expect('"sample-entropy"' in text and text.count("\n") <= 100, text)
    for name in ("quantile", "measures.quantile"):
        text, _ = run(folder, "-l", name)
        expect(text.startswith('"quantile"') and "\n  fraction " in text, text)
    refuse(folder, "--list", "quantil",
           message="clausius-analyze: --list quantil: no such measure; did you mean quantile?")  # fmt: skip


def test_wrong_input(folder):
    name = write_run(folder / "a.nc", 1)
    (folder / "b").mkdir()
    write_run(folder / "b" / "a.nc", 2)
    (folder / "text.nc").write_text("no NetCDF\n")
    os.mkfifo(folder / "fifo.nc")
    (folder / "cut.nc").write_bytes((folder / name).read_bytes()[:5000])
    xarray.Dataset({"height": ("x", [1.0, 2.0])}).to_netcdf(folder / "other.nc")
    cases = {
        (): "clausius-analyze: FILE.nc is missing, see clausius-analyze --help",
        ("none.nc",): "none.nc: No such file or directory",
        ("cut.nc",):
            "cut.nc: is not a readable NetCDF file; `clausius repair cut.nc` may mend it",
        ("fifo.nc",): "fifo.nc: is not a regular file",
        ("b",): "b: is a directory",
        ("text.nc",): "text.nc: is not a readable NetCDF file",
        ("other.nc", name): "other.nc: has no series that all files have",
        (name, "-v", "length"): "a.nc: has no variable 'length'",
        (name, "b/a.nc"): "b/a.nc: a second file or group of the name a; -g names groups",
        (name, "-v", "height,width, height"): "clausius-analyze: --variables: height is there twice",
        (name, "-s", "1"):
            "clausius-analyze: --skip = 1: must be a number of at least 0 and below 1",
        (name, "-s", "0.999"): "a.nc: has 401 observations, of which 0 are left: too few",
        (name, "-p", "height"): "clausius-analyze: --portrait takes two series, A,B, not height",
        (name, "-p", "height,x"):
            "clausius-analyze: --portrait: x is none of the series that are analysed",
        (name, "--quick"): "clausius-analyze: --quick: no such option, see clausius-analyze --help",
        (name, "-o"): "clausius-analyze: --output needs a value: REPORT",
        (name, "-o", "none/report"): "none/report.txt: folder none: No such file or directory",
        (name, "-o", "a", "-f"): "a.nc: is a file that is analysed",
    }  # fmt: skip
    for arguments, message in cases.items():
        refuse(folder, *arguments, message=message)


def limit_files():
    # Each of the three files is larger than this. Without the signal writing fails as on a full disk.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))


def test_a_full_disk_leaves_no_report(folder):
    name = write_run(folder / "a.nc", 1)
    before = tree(folder)
    run(folder, name, "-o", "report")
    whole = tree(folder)
    expect(all(len(whole[f"report.{kind}"]) > 900 for kind in ("txt", "nc", "svg")), "small files")
    _, err = run(folder, name, "-o", "report", "-f", code=1, preexec_fn=limit_files)
    one_line(err)
    expect("File too large" in err, err)
    expect(tree(folder) == whole, "the earlier report is touched")
    run(folder, name, "-o", "other", code=1, preexec_fn=limit_files)
    expect(tree(folder) == whole and before.items() <= whole.items(), "half a report is left")


def test_a_report_is_replaced_only_by_force(folder):
    name = write_run(folder / "a.nc", 1)
    run(folder, name, "-o", "report.nc")  # any ending
    expect({"report.txt", "report.nc", "report.svg"} <= set(tree(folder)), f"{set(tree(folder))}")
    (folder / "report.txt").unlink()
    refuse(folder, name, "-o", "report", message="report.nc: exists; --force replaces it")
    run(folder, name, "-o", "report", "-f")
    expect(not any(".tmp" in entry for entry in tree(folder)), "a file of its own is left")


def test_the_picture_is_xml_and_holds_every_group(folder):
    files = [write_run(folder / f"{n}.nc", i, i) for i, n in enumerate(("r<&>", "s", "t"))]
    run(folder, *files, "-o", "report", "-p", "depth,width")
    root = xml.etree.ElementTree.parse(folder / "report.svg").getroot()
    expect(root.tag == "{http://www.w3.org/2000/svg}svg", root.tag)
    texts = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    for wanted in ("A  r<&>", "B  s", "C  t", "A-B", "B-C", *VARIABLES):
        expect(wanted in texts, f"{wanted} is not in the picture: {texts}")
    # Per group: a curve in each of three rows, three densities, one in the portrait.
    paths = list(root.iter("{http://www.w3.org/2000/svg}path"))
    expect(len(paths) == 3 * (3 + 3 + 1), f"{len(paths)} curves")
    expect(not any("nan" in p.get("d") or "inf" in p.get("d") for p in paths), "a curve of NaN")


def test_report_file_tells_its_conventions(folder):
    arguments, _ = two_groups(folder, (2, 2))
    found = report(folder, *arguments)
    for name in ("Conventions", "history", "skip", "samples", "correction", "entropies"):
        expect(found.attrs.get(name), f"no attribute {name}")
    expect(str(found.run_config.values[0]) == 'solver = "none"', "configuration of the run")
    with netCDF4.Dataset(folder / "report.nc") as file:
        for name, variable in file.variables.items():
            expect(variable.long_name, f"{name} has no long_name")


if __name__ == "__main__":
    import tap

    tap.main(sys.modules[__name__])
