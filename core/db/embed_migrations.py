#!/usr/bin/env python3
"""Writes the files of migrations/ into a C source, so that the program needs no folder.

usage: embed_migrations.py FOLDER OUT.c OUT.d
The dependency file names the folder too: a new file makes the build run this again.
"""
import os
import re
import sys


def main() -> int:
    folder, out_path, dep_path = sys.argv[1:4]
    names = sorted(n for n in os.listdir(folder) if n.endswith('.sql'))
    numbers = []
    for name in names:
        m = re.fullmatch(r'([0-9]{4})_[a-z0-9_]+\.sql', name)
        if not m:
            print(f'{name}: a migration is called NNNN_name.sql', file=sys.stderr)
            return 1
        numbers.append(int(m.group(1)))
    if len(set(numbers)) != len(numbers):
        print('two migrations have the same number', file=sys.stderr)
        return 1

    out = ['#include "core/db/migrate.h"\n']
    rows = []
    for number, name in zip(numbers, names):
        with open(os.path.join(folder, name), 'rb') as f:
            data = f.read()
        data.decode('utf-8')
        lines = [', '.join(str(b) for b in data[i:i + 24]) + ',' for i in range(0, len(data), 24)]
        out.append(f'/* {name} */\nstatic const unsigned char sql_{number:04d}[] = {{')
        out.extend('\t' + line for line in lines)
        out.append('\t0,\n};\n')
        rows.append(f'\t{{ {number}, "{name}", (const char *)sql_{number:04d}, {len(data)} }},')
    out.append('static const struct migration all[] = {')
    out.extend(rows)
    out.append('\t{ 0, NULL, NULL, 0 },\n};\n')
    out.append('const struct migration *migrate_embedded(size_t *out_count) {')
    out.append(f'\t*out_count = {len(rows)};\n\treturn all;\n}}')
    with open(out_path, 'w', encoding='utf-8') as f:
        f.write('\n'.join(out) + '\n')
    deps = [folder] + [os.path.join(folder, n) for n in names]
    with open(dep_path, 'w', encoding='utf-8') as f:
        f.write(out_path.replace(' ', '\\ ') + ': ' + ' '.join(d.replace(' ', '\\ ') for d in deps) + '\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
