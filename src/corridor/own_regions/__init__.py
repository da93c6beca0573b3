"""Anyone's data: a folder of simple tables, regions of any kind, projected by the cohort-component method.

`tables.read_own_data` reads and checks the folder, `rates.own_inputs` fills what is left out by stated defaults,
`run.project_own_data` projects, `results.region_results` makes tables of it; `template.write_template`
shows how the tables look.
"""
