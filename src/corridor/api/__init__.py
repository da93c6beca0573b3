"""The Python face: what `import corridor` offers, checked and labelled, one thing a module.

Every function takes plain values (names, numbers, paths), checks all of them at once, and raises one `InputError` with
a remedy for each thing that is wrong, as the command line does. Arrays of results cannot be written to.
"""
