// Paths as people read them: from the package on.

const MOST_PARTS = 3;
const isLibrary = part => /^python[\d.]+$/.test(part);

// Below `site-packages` or a library of Python; else the last parts of an absolute path.
export function shortPath(path) {
  const parts = path.split('/').filter(Boolean), folders = parts.slice(0, -1);
  if (!path.startsWith('/') || parts.length < 2) return path;
  const packages = folders.findLastIndex(part => part.endsWith('-packages'));
  const folder = packages >= 0 ? packages : folders.findLastIndex(isLibrary);
  if (folder >= 0) return parts.slice(folder + 1).join('/');
  return parts.length > MOST_PARTS ? '…/' + parts.slice(-MOST_PARTS).join('/') : path;
}
