"""Everything a meeting about a plan looks at, on one screen: numbers, money, places, duties and what is missing."""
