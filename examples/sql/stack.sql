WITH RECURSIVE
  largest AS (
    SELECT capture, stack FROM sites ORDER BY allocated_size DESC LIMIT 1
  ),
  path(capture, stack) AS (
    SELECT capture, stack FROM largest
    UNION ALL
    SELECT path.capture, parent FROM path JOIN stacks USING (capture, stack)
    WHERE parent IS NOT NULL
  )
SELECT depth, function, filename, line
FROM path JOIN stacks USING (capture, stack)
ORDER BY depth
