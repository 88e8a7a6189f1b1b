import type { ProcessFormat } from '../octopus/process/files.ts';

/** The names of things in a space that a process refers to, as they were typed. */
export interface SpaceNames {
  readonly workerPool?: string | undefined;
  readonly containerFeed?: string | undefined;
  readonly responsibleTeams?: readonly string[] | undefined;
}

/** One sentence for each name that is not of the kind that the format wants: slugs in OCL, ids in Terraform and JSON. */
export function findMisnamed(format: ProcessFormat, names: SpaceNames): readonly string[] {
  const named = [
    [workerPools, names.workerPool],
    [feeds, names.containerFeed],
    ...(names.responsibleTeams ?? []).map((team) => [teams, team] as const),
  ] as const;
  return named.flatMap(([kind, name]) =>
    name === undefined || fits(format, kind, name) ? [] : [describe(format, kind, name)],
  );
}

/** How the space knows things of one kind. */
interface Kind {
  readonly option: string;
  readonly isId: RegExp;
  readonly id: string;
  readonly slug: string;
}

const workerPools: Kind = {
  option: '--worker-pool',
  isId: /^WorkerPools-\d+$/i,
  id: 'WorkerPools-1',
  slug: 'hosted-ubuntu',
};
// Feeds and teams that come with Octopus have words instead of numbers, such as teams-managers.
const feeds: Kind = { option: '--container-feed', isId: /^Feeds-[\w-]+$/i, id: 'Feeds-1', slug: 'docker-hub' };
const teams: Kind = {
  option: '--responsible-teams',
  isId: /^Teams-[\w-]+$/i,
  id: 'Teams-1',
  slug: 'release-managers',
};

function fits(format: ProcessFormat, { isId }: Kind, name: string): boolean {
  // Octopus evaluates an expression at deployment time, when it may be either.
  if (name.includes('#{')) return true;
  return format === 'ocl' ? !/[\p{Lu}\s]/u.test(name) : isId.test(name);
}

function describe(format: ProcessFormat, { option, id, slug }: Kind, name: string): string {
  const wanted = format === 'ocl' ? `should be a slug, such as ${slug},` : `must be an id, such as ${id},`;
  return `${option} ${wanted} for --format ${format}, not "${name}".`;
}
