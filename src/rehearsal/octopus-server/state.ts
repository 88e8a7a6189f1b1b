import { randomUUID } from 'node:crypto';
import type { Task } from './task.ts';

/** A stored resource; its routes define the other members. */
export interface Resource {
  Id: string;
  Name: string;
  [key: string]: unknown;
}

/** A deployment process or the process of a runbook. */
export interface Process {
  Id: string;
  ProjectId: string;
  RunbookId?: string;
  Version: number;
  Steps: Step[];
  [key: string]: unknown;
}

export interface Step {
  Id: string;
  Name: string;
  Slug: string;
  Actions: Action[];
  [key: string]: unknown;
}

export interface Action {
  Id: string;
  Name: string;
  Slug: string;
  ActionType: string;
  Properties: Record<string, PropertyValue>;
  [key: string]: unknown;
}

/** The value of a property: text, or for a sensitive one whether it has a value. */
export type PropertyValue = string | { HasValue: boolean; NewValue?: string | null; Hint?: string | null };

/** A step template, one version of it. */
export interface ActionTemplate extends Resource {
  Version: number;
  ActionType: string;
  Properties: Record<string, string | null>;
  Parameters: TemplateParameter[];
}

export interface TemplateParameter {
  Id?: string;
  Name: string;
  DefaultValue?: string | null;
  DisplaySettings?: Record<string, string>;
  [key: string]: unknown;
}

/** A project's variables. */
export interface VariableSet {
  Id: string;
  OwnerId: string;
  Version: number;
  Variables: Resource[];
  [key: string]: unknown;
}

/** The kinds of resources that are only listed and read. */
export const plainCollections = [
  'projectgroups',
  'lifecycles',
  'accounts',
  'workerpools',
  'feeds',
  'teams',
  'environments',
] as const;
export type PlainCollection = (typeof plainCollections)[number];

/** All that one space holds. */
export interface SpaceState {
  readonly id: string;
  readonly name: string;
  description: string | null;
  isQueueStopped: boolean;
  readonly plain: Readonly<Record<PlainCollection, Resource[]>>;
  /** Template id → its versions, oldest first. */
  readonly templates: Map<string, ActionTemplate[]>;
  readonly projects: Resource[];
  readonly runbooks: Resource[];
  readonly processes: Map<string, Process>;
  /** Project id → the process of a project in Git. */
  readonly gitProcesses: Map<string, Process>;
  readonly releases: Release[];
  readonly variableSets: Map<string, VariableSet>;
  readonly snapshots: Snapshot[];
  readonly triggers: Resource[];
  readonly tasks: Task[];
}

/** A snapshot of a runbook: versions of what it keeps. */
export interface Snapshot {
  readonly Id: string;
  readonly Name: string;
  readonly RunbookId: string;
  readonly ProjectId: string;
  readonly processVersion: number;
  readonly variablesVersion: number;
}

/** A release with the process that it keeps. */
export interface Release {
  readonly Id: string;
  readonly ProjectId: string;
  readonly Version: string;
  /** Null for a project in the database. */
  readonly Branch: string | null;
  readonly process: Process;
}

/** A new space: a project group, a lifecycle, the built-in feed, a worker pool, and its managers. */
export function createSpace(number: number, name: string): SpaceState {
  const resource = resourceOf(number);
  return {
    id: `Spaces-${number}`,
    name,
    description: null,
    isQueueStopped: false,
    plain: {
      projectgroups: [resource('ProjectGroups', 'Default Project Group')],
      lifecycles: [resource('Lifecycles', 'Default Lifecycle')],
      accounts: [],
      workerpools: [resource('WorkerPools', 'Default Worker Pool', { IsDefault: true })],
      feeds: [{ Id: 'feeds-builtin', Name: 'Octopus Server (built-in)', FeedType: 'BuiltIn' }],
      teams: [
        { Id: `teams-spacemanagers-Spaces-${number}`, Name: 'Space Managers', SpaceId: `Spaces-${number}` },
        { Id: 'teams-administrators', Name: 'Octopus Administrators', SpaceId: null },
      ],
      environments: [],
    },
    templates: new Map(),
    projects: [],
    runbooks: [],
    processes: new Map(),
    gitProcesses: new Map(),
    releases: [],
    variableSets: new Map(),
    snapshots: [],
    triggers: [],
    tasks: [],
  };
}

/** A space in which people already work: with an account, a registry, a team and an environment too. */
export function createFurnishedSpace(number: number, name: string): SpaceState {
  const space = createSpace(number, name);
  const resource = resourceOf(number);
  const { accounts, feeds, teams, environments } = space.plain;
  accounts.push(resource('Accounts', 'AWS rehearsal', { AccountType: 'AmazonWebServicesAccount' }));
  feeds.unshift(resource('Feeds', 'Docker Hub', { FeedType: 'Docker', FeedUri: 'https://index.docker.io' }));
  teams.unshift(resource('Teams', 'Release managers'));
  environments.push(resource('Environments', 'Rehearsal'));
  return space;
}

function resourceOf(number: number): (prefix: string, title: string, more?: object) => Resource {
  return (prefix, title, more = {}) => ({
    Id: `${prefix}-${number}`,
    Name: title,
    Slug: slugOf(title),
    SpaceId: `Spaces-${number}`,
    ...more,
  });
}

/** The slug that Octopus makes from a name. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** A new id for a step, an action or a variable. */
export function newGuid(): string {
  return randomUUID();
}
