"""Moves as they are: outward, return and third-country moves of every calendar year between all areas.

`stocks` turns migrant stocks into yearly stocks, growth and deaths; `terms` gathers what is known of every corridor;
`structure` is the model of return hazards and its fit; `correction` learns from corridors that are alike; `drawing`
draws the estimate to measured and reported flows; `balance` makes it consistent with net migration and with the stocks;
`series` puts all together, `product` stores and reads the result, `sexes` divides it.
"""
