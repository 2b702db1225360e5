"""How fast the service is, measured against the plainest thing that does the same work.

Run by `make bench`, never by the tests: a figure from a busy machine must not decide whether a
change is good. What counts is a ratio, since both sides of it are measured on the same machine in
the same minute. `docs/benchmarks.md` says how, and keeps the last table.
"""
