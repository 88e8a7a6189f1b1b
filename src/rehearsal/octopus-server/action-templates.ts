import { page } from './paging.ts';
import { invalid, notFound, outdated } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import { type ActionTemplate, newGuid, type SpaceState, type TemplateParameter } from './state.ts';

/** Lists the newest versions. */
export function listTemplates(request: SpaceRequest): object {
  return page(newest(request.space), request);
}

export function listAllTemplates({ space }: SpaceRequest): object {
  return newest(space);
}

/** Creates a template: as version 0, whatever the request says. */
export function createTemplate({ space, body }: SpaceRequest): object {
  const name = requiredText(body, 'Name');
  requiredText(body, 'ActionType');
  refuseTakenName(space, name, undefined);
  const template = normalise({ ...body, Id: `ActionTemplates-${space.templates.size + 1}`, Version: 0 });
  space.templates.set(template.Id, [template]);
  return template;
}

export function getTemplate({ space, parts }: SpaceRequest): object {
  return newestOf(space, parts[0] ?? '');
}

/** One version of a template, with the id of the version's record, which nothing else accepts. */
export function getTemplateVersion({ space, parts: [id = '', version = ''] }: SpaceRequest): object {
  return { ...versionOf(space, id, version), Id: `${id.replace('Templates', 'TemplateVersions')}-${version}` };
}

/** Saves a template as its next version. */
export function modifyTemplate({ space, parts, body, settings }: SpaceRequest): object {
  const current = newestOf(space, parts[0] ?? '');
  const sent = body['Version'];
  if (settings.locksTemplates && typeof sent === 'number' && sent !== current.Version) {
    throw outdated({ what: 'step template', id: current.Id }, settings.conflict);
  }
  refuseTakenName(space, requiredText(body, 'Name'), current.Id);
  const next = normalise({
    ...body,
    Id: current.Id,
    ActionType: current.ActionType,
    CommunityActionTemplateId: current['CommunityActionTemplateId'] ?? null,
    Version: current.Version + 1,
  });
  space.templates.get(current.Id)?.push(next);
  return next;
}

/** A version of a template. @throws Refusal 404 */
export function versionOf(space: SpaceState, id: string, version: string): ActionTemplate {
  const found = space.templates.get(id)?.find(({ Version }) => String(Version) === version);
  if (found === undefined) throw notFound(`${id} version ${version}`);
  return found;
}

/** The newest version of a template. @throws Refusal 404 */
export function newestOf(space: SpaceState, id: string): ActionTemplate {
  const template = space.templates.get(id)?.at(-1);
  if (template === undefined) throw notFound(id);
  return template;
}

function newest(space: SpaceState): ActionTemplate[] {
  return [...space.templates.keys()].map((id) => newestOf(space, id)).sort((a, b) => (a.Name < b.Name ? -1 : 1));
}

function refuseTakenName(space: SpaceState, name: string, except: string | undefined): void {
  const taken = newest(space).some(({ Name, Id }) => Id !== except && Name.toLowerCase() === name.toLowerCase());
  if (taken) throw invalid(`A step template with the name '${name}' already exists. Please choose a different name.`);
}

// What the resource does not know, such as $Meta and Category of an export, is not kept.
function normalise(sent: Readonly<Record<string, unknown>>): ActionTemplate {
  const { Id, Name, Description, ActionType, Version, CommunityActionTemplateId } = sent;
  const { Properties, Parameters, Packages, GitDependencies, StepPackageVersion } = sent;
  const parameters = structuredClone((Parameters ?? []) as TemplateParameter[]);
  for (const parameter of parameters) parameter.Id ??= newGuid();
  return structuredClone({
    Id,
    Name,
    Description: Description ?? '',
    ActionType,
    Version,
    CommunityActionTemplateId: CommunityActionTemplateId ?? null,
    Properties: Properties ?? {},
    Parameters: parameters,
    Packages: Packages ?? [],
    GitDependencies: GitDependencies ?? [],
    StepPackageVersion: StepPackageVersion ?? null,
    LastModifiedBy: 'rehearsal',
  }) as unknown as ActionTemplate;
}
