"""The Python interface: the functions and classes of `import corridor`, one in each module.

Every function takes plain values (names, numbers, paths), checks all of them at once, and raises one `InputError` with
a remedy for each fault, as the command line does. Results have labels, and their arrays are read-only.
"""
