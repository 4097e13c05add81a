"""What the benches have in common: about the machine, runs of rows, and the table they make."""
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time


def output_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout or done.stderr).strip()
    except OSError:
        return ""


def sync_us(folder):
    """Microseconds of one fdatasync behind a write of 4 KiB: the median of 200."""
    took = []
    with open(folder / "sync", "wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(1e6 * (time.perf_counter() - start))
    return statistics.median(took)


def machine(folder):
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.machine())
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo", encoding="utf-8")
                  if line.startswith("MemTotal"))
    disk = output_of("df", "--output=source,fstype", str(folder)).splitlines()[-1].split()
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 1048576, 1),
        "kernel": platform.release(),
        "disk": " ".join(disk),
        "fdatasync_us": round(sync_us(folder)),
        "descriptors": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "mariadb": output_of("mariadbd", "--version").replace("mariadbd  Ver ", ""),
        "libwebsockets": output_of("dpkg-query", "-W", "-f=${Version}", "libwebsockets17"),
        "node": output_of("node", "--version"),
        "load_average": os.getloadavg()[0],
        "niceness": os.nice(0),
    }


def raise_descriptors():
    """As far as the machine lets."""
    wanted = 100000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return soft


def summary(runs):
    names = runs[0].keys()
    return {n: {"median": statistics.median(r[n] for r in runs), "least": min(r[n] for r in runs),
                "most": max(r[n] for r in runs)} for n in names}


def measure(rows, names, count):
    """Runs each row so many times; rows: by name, a function of the number of the run."""
    runs = {}
    for number in range(count):
        for name in names:
            start = time.monotonic()
            figures = rows[name](number)
            runs.setdefault(name, []).append(figures)
            shown = {n: round(v, 3) for n, v in figures.items()}
            print(f"{name} {number + 1}/{count} ({time.monotonic() - start:.0f} s): {shown}", file=sys.stderr,
                  flush=True)
    return runs


def table_of(rows, results):
    """rows: name, figure, what it is, how it is written, what is to be reached."""
    lines = ["| what | median | least – most | to reach |", "|---|---|---|---|"]
    for row, figure, words, form, reach in rows:
        got = results.get(row, {}).get(figure)
        if got:
            lines.append(f"| {words} | {form.format(got['median'])} | {form.format(got['least'])} – "
                         f"{form.format(got['most'])} | {reach} |")
    return "\n".join(lines)


def report(about, runs, rows, out, **more):
    """Prints what was found, and writes it as JSON for whoever compares."""
    about["load_average_after"] = os.getloadavg()[0]
    results = {name: summary(of_row) for name, of_row in runs.items()}
    count = max(len(of_row) for of_row in runs.values())
    print("\n".join(f"{name}: {value}" for name, value in about.items()))
    print(f"runs: {count}\n\n{table_of(rows, results)}")
    out.write_text(json.dumps({"machine": about, **more, "runs": runs, "summary": results}, indent=1))
