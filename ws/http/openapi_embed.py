#!/usr/bin/env python3
"""Writes webroot/openapi.json into a C source, so that the program serves what it was built with.

usage: openapi_embed.py openapi.json OUT.c
"""
import json
import sys


def main() -> int:
    path, out_path = sys.argv[1:3]
    with open(path, encoding='utf-8') as f:
        text = json.dumps(json.load(f), ensure_ascii=False, separators=(',', ':'))
    data = text.encode('utf-8')
    lines = [', '.join(str(b) for b in data[i:i + 24]) + ',' for i in range(0, len(data), 24)]
    out = ['#include "ws/http/openapi_http.h"\n', 'const unsigned char openapi_json[] = {']
    out += ['\t' + line for line in lines]
    out += ['};', f'const size_t openapi_json_bytes = {len(data)};']
    with open(out_path, 'w', encoding='utf-8') as f:
        f.write('\n'.join(out) + '\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
