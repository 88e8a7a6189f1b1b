import { connect } from '../../octopus/installer/connection.ts';
import { InstallError } from '../../octopus/installer/install-error.ts';
import { applyInstallation, planInstallation } from '../../octopus/installer/installation.ts';
import type { PlannedChange } from '../../octopus/installer/plan.ts';
import type { ProjectRequest } from '../../octopus/installer/project-request.ts';
import type { ActionTemplate, Project } from '../../octopus/installer/resources.ts';
import type { SpaceClient } from '../../octopus/installer/space-client.ts';
import { readWantedTemplates } from '../../octopus/installer/template-files.ts';
import type { WantedTemplate } from '../../octopus/installer/wanted-templates.ts';
import { buildCanaryProcess, buildRunbooks } from '../../octopus/process/process.ts';
import { projectVariables } from '../../octopus/process/project-variables.ts';
import { Interrupted, NotSeen } from '../check.ts';
import { type Clock, realClock, stoppable } from '../clock.ts';
import type { Rest } from './rest.ts';
import { createScratchSpace, names } from './scratch-space.ts';

/** A space into which everything was installed. */
export interface OctopusScene {
  readonly space: SpaceClient;
  /** Its sleeps end when the run is stopped. */
  readonly clock: Clock;
  /** Requests below the space, as any client would make them. */
  readonly call: Rest['call'];
  readonly wanted: readonly WantedTemplate[];
  /** Why the installation ended early; undefined if it did not. */
  readonly failure: string | undefined;
  /** The changes that another installation would make. */
  readonly plan: () => Promise<readonly PlannedChange[]>;
  /** The installed project. @throws NotSeen if there is none */
  readonly findProject: () => Promise<Project>;
  /** A step template of the space. @throws NotSeen if there is none */
  readonly findTemplate: (name: string) => Promise<ActionTemplate>;
}

/** What the checks need to know. */
export interface OctopusRequest {
  readonly rest: Rest;
  readonly apiKey: string;
  readonly run: string;
  /** Folder of the exported step templates. */
  readonly templateDirectory: string;
  readonly tell: (line: string) => void;
  /** Aborted when the run is to end early. */
  readonly stop: AbortSignal;
}

/** Creates a space and installs templates and a project into it. @throws RestError, InstallError */
export async function openOctopusScene(request: OctopusRequest): Promise<OctopusScene> {
  const { apiKey, run, templateDirectory, tell, stop } = request;
  const rest = endingAt(stop, request.rest);
  const wanted = readWantedTemplates(templateDirectory);
  tell('Creating a space …');
  const { Id } = await createScratchSpace(rest, run);
  const space = await connect({ url: rest.url, apiKey, space: Id });
  const project = projectRequest();
  const plan = async () => (await planInstallation(space, { templates: wanted, project, updateUsages: false })).changes;
  tell('Installing the step templates and a project …');
  return {
    ...{ space, wanted, plan, clock: stoppable(realClock, stop) },
    call: (method, path, body) => rest.call(method, `${Id}/${path}`, body),
    failure: await install(plan, stop),
    findProject: async () => (await space.findProject(project.name)) ?? missing(`project ${project.name}`),
    findTemplate: async (name) => {
      const all = await space.list<ActionTemplate>('actiontemplates', 'listing the step templates');
      return all.find(({ Name }) => Name === name) ?? missing(`step template ${name}`);
    },
  };
}

async function install(plan: OctopusScene['plan'], stop: AbortSignal): Promise<string | undefined> {
  try {
    await applyInstallation(await plan(), () => refuseIf(stop));
    return undefined;
  } catch (error) {
    if (error instanceof InstallError) return error.message;
    throw error;
  }
}

function endingAt(stop: AbortSignal, rest: Rest): Rest {
  return {
    ...rest,
    call: async (method, path, body) => {
      refuseIf(stop);
      return rest.call(method, path, body);
    },
  };
}

function refuseIf(stop: AbortSignal): void {
  if (stop.aborted) throw new Interrupted();
}

function missing(what: string): never {
  throw new NotSeen(`the space has no ${what}`);
}

/** A project in which every variable has a value, so that its runbooks are published too. */
function projectRequest(): ProjectRequest {
  const texts = projectVariables({ ownTemplate: false, watch: true }).filter(({ type }) => type === 'String');
  return {
    name: names.project,
    process: buildCanaryProcess(),
    runbooks: buildRunbooks(),
    variables: Object.fromEntries(texts.map(({ name, value }) => [name, value || 'check'])),
    account: names.account,
    containerFeed: names.feed,
    resetSteps: false,
  };
}
