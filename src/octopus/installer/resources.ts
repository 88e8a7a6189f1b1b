/** Members that we do not use and send back unchanged. */
interface Carried {
  readonly [key: string]: unknown;
}

/** Anything with an id and a name. */
export interface NamedResource extends Carried {
  readonly Id: string;
  readonly Name: string;
}

/** A custom step template. */
export interface ActionTemplate extends NamedResource {
  readonly CommunityActionTemplateId?: string | null;
  readonly Version: number;
  readonly Description: string | null;
  readonly ActionType: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Parameters: readonly TemplateParameter[];
  readonly Packages?: readonly Readonly<Record<string, unknown>>[];
}

export interface TemplateParameter extends Carried {
  readonly Id?: string;
  readonly Name: string;
  readonly Label?: string | null;
  readonly HelpText?: string | null;
  readonly DefaultValue?: unknown;
  readonly DisplaySettings?: Readonly<Record<string, string>>;
}

/** A project, as far as an installation reads it. */
export interface Project extends NamedResource {
  readonly VariableSetId: string;
  readonly DeploymentProcessId: string;
  readonly LifecycleId: string;
  readonly IsVersionControlled?: boolean;
}

/** How the deployments of a project find their targets. */
export interface ConnectivityPolicy extends Carried {
  readonly AllowDeploymentsToNoTargets: boolean;
}

/** The deployment settings of a project. */
export interface DeploymentSettings extends Carried {
  readonly ConnectivityPolicy: ConnectivityPolicy;
}

/** A deployment process, or the process of a runbook. */
export interface Process extends Carried {
  readonly Id: string;
  readonly Version: number;
  readonly Steps: readonly Step[];
}

export interface Step extends Carried {
  readonly Id?: string;
  readonly Name: string;
  readonly Condition: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Actions: readonly Action[];
}

export interface Action extends Carried {
  readonly Id?: string;
  readonly Name: string;
  readonly ActionType: string;
  readonly WorkerPoolId?: string | null;
  readonly WorkerPoolVariable?: string | null;
  readonly Container?: { readonly FeedId?: string | null; readonly Image?: string | null } | null;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The variables of a project. */
export interface VariableSet extends Carried {
  readonly Id: string;
  readonly Version: number;
  readonly Variables: readonly Variable[];
}

export interface Variable extends Carried {
  readonly Name: string;
  readonly Value?: string | null;
  readonly Type?: string;
  readonly Scope?: { readonly Environment?: readonly string[] };
  /** The value of a sensitive variable cannot be read. */
  readonly IsSensitive?: boolean;
}

export interface Runbook extends NamedResource {
  readonly RunbookProcessId: string;
  /** What a trigger, and a person who may not edit the runbook, runs. */
  readonly PublishedRunbookSnapshotId?: string | null;
}

/** What has changed since a snapshot of a runbook was made. */
export interface SnapshotAge extends Carried {
  readonly IsRunbookProcessModified: boolean;
  readonly IsVariableSetModified: boolean;
  readonly IsLibraryVariableSetModified?: boolean;
}

/** What a new snapshot of a runbook needs. */
export interface SnapshotTemplate extends Carried {
  readonly NextNameIncrement: string;
  /** Packages whose versions a person has to choose. */
  readonly Packages: readonly object[];
}

/** A trigger of a project, as far as an installation reads it. */
export interface Trigger extends NamedResource {
  readonly IsDisabled: boolean;
  readonly Action: { readonly RunbookId?: string | null };
}

/** Which environments a project may be deployed to, phase by phase. */
export interface Lifecycle extends NamedResource {
  readonly Phases?: readonly {
    readonly AutomaticDeploymentTargets: readonly string[];
    readonly OptionalDeploymentTargets: readonly string[];
  }[];
}

/** A step that is made from a template; of a project in Git, Octopus knows only what its releases use. */
export interface TemplateUsage extends Carried {
  readonly ProcessType: 'Deployment' | 'Runbook';
  readonly ProcessId: string;
  readonly ProjectId?: string;
  readonly ProjectName: string;
  readonly RunbookName?: string | null;
  readonly StepName: string;
  readonly ActionId: string;
  readonly Version: string;
  readonly Branch?: string | null;
  readonly Release?: string | null;
}

/** The outcome of moving one step to another version of its template. */
export interface UsageOutcome extends Carried {
  readonly Id: string;
  readonly Outcome: string;
  readonly ManualMergeRequiredReasonsByPropertyName?: Readonly<Record<string, readonly string[]>>;
  readonly NamesOfNewParametersMissingDefaultValue?: readonly string[];
  readonly RemovedPackageUsages?: readonly { readonly UsedByName?: string; readonly PackageReference?: string }[];
}

/** One page of a list. */
export interface Page<T> {
  readonly Items: readonly T[];
  readonly TotalResults: number;
}
