import lockFile from '../package-lock.json' with { type: 'json' };

/** The folders of some packages and of everything that those need, as the lock file has them: `node_modules/yaml`. */
export function foldersOf(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    const folder = resolveFolder(name, from);
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    for (const needed of Object.keys(packages[folder]?.dependencies ?? {})) visit(needed, folder);
  };
  for (const name of names) visit(name, '');
  return found;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const packages = lockFile.packages as Readonly<Record<string, LockedPackage>>;

// As Node does: the nearest node_modules on the way up.
function resolveFolder(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (folder === '') return undefined;
  }
}
