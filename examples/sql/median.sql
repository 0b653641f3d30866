SELECT function, lifetime AS median
FROM (
  SELECT function, lifetime, row_number() OVER (PARTITION BY function ORDER BY lifetime) AS place,
    count(*) OVER (PARTITION BY function) AS blocks
  FROM allocations
  WHERE lifetime IS NOT NULL
)
WHERE place = (blocks + 1) / 2 AND blocks > 100
ORDER BY median DESC LIMIT 3
