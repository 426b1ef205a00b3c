/* Generated from the schemas by `npm run generate`; change the schemas instead. */

/** One step that the plan takes next. */
export interface Action {
  /** What is done. */
  kind: 'start-member' | 'stop-member' | 'assign' | 'forget-member';
  /** The name of the application. */
  application: string;
  /** The cluster: aliases from the application down. */
  cluster: string;
  /** The cluster instance. */
  clusterId: string;
  /** The network partition. */
  networkPartition: string;
  /** The partition, where the action decides it. */
  partition: string | null;
  /** The member. */
  member: string;
  /** Why. */
  because: Because;
  /** The provider that is asked; for starts and stops. */
  provider?: string;
  /** The slot that is filled; for starts. */
  slot?: number;
  /** Which life in that slot; for starts. */
  incarnation?: number;
  /** What the member is to do; for assignments. */
  duty?: 'serve' | 'drain';
  /**
   * What the member is to serve; for assignments.
   *
   * Items: One artifact.
   */
  artifacts?: {
    /** The artifact repository. */
    repository: string;
    /** The commit. */
    commit: string;
  }[];
}

/** An application with all that runs of it. */
export interface Application {
  /** The name of the application. */
  name: string;
  /** The tenant it belongs to. */
  tenant: string;
  /** What the application is, folded from its clusters. */
  status: 'Created' | 'Active' | 'Inactive' | 'Terminating';
  /** The commit of the definitions that it follows. */
  revision: string;
  /** How many members are wanted, and how many of them are Active. */
  members: {
    /** Members that the definitions ask for. */
    wanted: number;
    /** Members that are Active. */
    active: number;
  };
  /** One for each network partition in use. */
  instances: Instance[];
}

/** The applications of a tenant, by name. */
export interface ApplicationList {
  /** One page of them. */
  items: ApplicationSummary[];
  /** What to pass as `after` for the next page; null on the last one. */
  next: string | null;
}

/** An application in a list. */
export interface ApplicationSummary {
  /** The name of the application. */
  name: string;
  /** The tenant it belongs to. */
  tenant: string;
  /** What the application is, folded from its clusters. */
  status: 'Created' | 'Active' | 'Inactive' | 'Terminating';
  /** The commit of the definitions that it follows. */
  revision: string;
  /** How many members are wanted, and how many of them are Active. */
  members: {
    /** Members that the definitions ask for. */
    wanted: number;
    /** Members that are Active. */
    active: number;
  };
}

/** Why something was decided: commit, file, rule, what was seen, result. */
export interface Because {
  /** The rule that decided. */
  rule: string;
  /** The reason in one sentence. */
  text: string;
  /** Where the wish stands; null when no document is behind it. */
  origin: Origin | null;
  /** What was seen, by name. */
  inputs: {
    [k: string]: string | number | boolean;
  };
}

/** What the event stream says when anything that the API shows has changed. */
export interface Change {
  /** The version that the status shows, and the ETag carries. */
  version: string;
}

/** One cartridge in one place of an application. */
export interface Cluster {
  /** Unique in the installation. */
  id: string;
  /** Its alias among its siblings. */
  alias: string;
  /** The cartridge. */
  cartridge: string;
  /** What the cluster is. */
  status: 'Created' | 'Active' | 'Inactive' | 'Terminating';
  /** Fewest members. */
  min: number;
  /** Most members. */
  max: number;
  /** Its members, by slot. */
  members: Member[];
}

/** Who changed a source last, and why. */
export interface Commit {
  /** The author. */
  author: string;
  /** The message, as written. */
  message: string;
  /** When it was made. */
  at: string;
}

/** A document and where it stands. */
export interface Definition {
  /** The kind of the document. */
  kind: string;
  /** The tenant it belongs to. */
  tenant: string;
  /** The name of the document. */
  name: string;
  /** The source it was read from. */
  source: string;
  /** The commit it was read at. */
  commit: string;
  /** The path of the file in the source. */
  file: string;
  /** The line where the document begins, from 1. */
  line: number;
  /** The document as parsed. Secrets are left out. */
  document: {
    [k: string]: unknown;
  };
}

/** The documents of one kind, by name. */
export interface DefinitionList {
  /** One page of them. */
  items: DefinitionSummary[];
  /** What to pass as `after` for the next page; null on the last one. */
  next: string | null;
}

/** A document in a list. */
export interface DefinitionSummary {
  /** The kind of the document. */
  kind: string;
  /** The tenant it belongs to. */
  tenant: string;
  /** The name of the document. */
  name: string;
  /** The source it was read from. */
  source: string;
  /** The commit it was read at. */
  commit: string;
  /** The path of the file in the source. */
  file: string;
  /** The line where the document begins, from 1. */
  line: number;
}

/** One entry of the journal: what was decided, because of what, with what outcome. */
export interface Event {
  /** Increases with every entry; the id in the event stream. */
  sequence: number;
  /** When. */
  at: string;
  /** The tenant of the application; null: the platform. */
  tenant: string | null;
  /** The name of the application; null: the platform. */
  application: string | null;
  /** What happened. */
  type:
    | 'synced'
    | 'problem'
    | 'decided'
    | 'action-done'
    | 'action-again'
    | 'action-stalled'
    | 'hold'
    | 'hold-ended'
    | 'member-active'
    | 'member-lost'
    | 'rollout-started'
    | 'rollout-done'
    | 'rollout-failed'
    | 'webhook'
    | 'broker'
    | 'provider'
    | 'started'
    | 'stopping';
  /** What happened, in one line. */
  text: string;
  /** Why. */
  because: Because | null;
  /** Named facts: member, cluster, commit, outcome. */
  facts: {
    [k: string]: string | number | boolean;
  };
}

/** Entries of the journal, oldest first. */
export interface EventList {
  /** One page of them. A page may be short, or empty, although there is a next one. */
  items: Event[];
  /** What to pass as `since` for the next page; null when the end was reached. */
  next: number | null;
  /** The sequence of the newest entry of the journal; 0 before the first. */
  latest: number;
}

/** One instance of a group of clusters and groups. */
export interface Group {
  /** Its alias among its siblings. */
  alias: string;
  /** Aliases from the application down. */
  path: string;
  /** Which instance of the group it is. */
  ordinal: number;
  /** What the group is. */
  status: 'Created' | 'Active' | 'Inactive' | 'Terminating';
  /** The groups in it. */
  groups: Group[];
  /** The clusters in it. */
  clusters: Cluster[];
}

/** Something that is wanted and not done, and why not. */
export interface Hold {
  /** A digest of exactly what is held: what an approval names. */
  id: string;
  /** What kind of hold it is. */
  kind:
    | 'waits-for'
    | 'capped-at-max'
    | 'no-partition-free'
    | 'stale-input'
    | 'breaker'
    | 'paused'
    | 'cordoned'
    | 'back-off'
    | 'needs-approval'
    | 'rollout-failed'
    | 'rollout-waits'
    | 'start-timeout'
    | 'drains'
    | 'artifact-missing'
    | 'held-definition'
    | 'tenant-inactive'
    | 'quota';
  /** The name of the application. */
  application: string;
  /** The cluster or group: aliases from the application down; null: the whole application. */
  cluster: string | null;
  /** The network partition, when one instance is meant. */
  networkPartition: string | null;
  /** When it ends by itself; null when it does not. */
  until: string | null;
  /** Why not, with the numbers. */
  because: Because;
}

/** An application in one network partition. */
export interface Instance {
  /** The network partition. */
  networkPartition: string;
  /** What the instance is. */
  status: 'Created' | 'Active' | 'Inactive' | 'Terminating';
  /** The groups in it. */
  groups: Group[];
  /** The clusters directly in it. */
  clusters: Cluster[];
}

/** Something that the reconciler depends on. */
export interface Link {
  /** Its configured name. */
  name: string;
  /** Whether it answers. */
  connected: boolean;
  /** What is known of it, for people. */
  detail: string;
}

/** Says that the process answers. */
export interface Liveness {
  /** Always true. */
  live: true;
}

/** One life in a slot of a cluster. */
export interface Member {
  /** Unique in the installation. */
  id: string;
  /** The numbered seat in the cluster. */
  slot: number;
  /** Which life in that slot it is. */
  incarnation: number;
  /** Only moves forward. */
  status: 'created' | 'initialized' | 'starting' | 'active' | 'in-maintenance' | 'ready-to-shut-down' | 'terminated';
  /** Whether it takes new requests, else why not. */
  serving: 'yes' | 'no(starting)' | 'no(updating)' | 'no(draining)' | 'no(unhealthy)';
  /** Where it stands: `network partition/partition`. */
  partition: string;
  /**
   * Where it listens.
   *
   * Items: One port.
   */
  endpoints: {
    /** The name of the port. */
    port: string;
    /** Where it is reached. */
    url: string;
  }[];
  /**
   * What it serves.
   *
   * Items: One artifact.
   */
  artifacts: {
    /** The artifact repository. */
    repository: string;
    /** The commit that it serves. */
    commit: string;
  }[];
  /** When its launch was decided. */
  since: string;
  /** What its agent does or why it cannot; empty when there is nothing to say. */
  remark: string;
}

/** The place in a source that a decision rests on. */
export interface Origin {
  /** The source. */
  source: string;
  /** The commit. */
  commit: string;
  /** The path of the file. */
  file: string;
  /** Which document of the file, from 0. */
  document: number;
  /** JSON pointer in the document. */
  pointer: string;
  /** From 1; null when it cannot be told any more. */
  line: number | null;
  /** From 1; null when it cannot be told any more. */
  column: number | null;
}

/** The next actions for an application in their order, and what is held. Nothing in either: all is as wanted. */
export interface Plan {
  /** The name of the application. */
  application: string;
  /** The tenant it belongs to. */
  tenant: string;
  /** The commit of the definitions. */
  revision: string;
  /** When the world was looked at. */
  observedAt: string;
  /** The next actions. */
  actions: Action[];
  /** What is held. */
  holds: Hold[];
}

/** The plans of all applications of a tenant, by application. */
export interface PlanList {
  /** One page of them. */
  items: Plan[];
  /** What to pass as `after` for the next page; null on the last one. */
  next: string | null;
}

/** Something wrong in a source that a person can mend. */
export interface Problem {
  /** An error holds what it concerns at its last good state; the others hold nothing. */
  severity: 'error' | 'warning' | 'info';
  /** What kind of problem it is: stable, kebab-case. */
  code: string;
  /** What was found and what was expected. */
  message: string;
  /** The source. */
  source: string;
  /** The path of the file in the source. */
  file: string;
  /** From 1; null when the whole file is meant. */
  line: number | null;
  /** From 1; null when the whole file or line is meant. */
  column: number | null;
  /** JSON pointer in the document. */
  pointer?: string;
  /** The document, as `Kind tenant/name`. */
  document?: string;
  /** The applications that are held because of it, as `tenant/name`. */
  applications?: string[];
  /** What would mend it. */
  hint?: string;
}

/** An error, as RFC 9457 says it; the media type is application/problem+json. */
export interface ProblemDetails {
  /** The kind of error: a stable URN, e.g. `urn:stratos:problem:unknown-tenant`. */
  type: string;
  /** The kind of error in a few words. */
  title: string;
  /** The HTTP status code. */
  status: number;
  /** What is wrong with this request. */
  detail: string;
  /** The name that exists and is closest to the one that was asked for. */
  nearest?: string;
}

/** Whether the reconciler can do its work. */
export interface Readiness {
  /** False: traffic should go elsewhere. */
  ready: boolean;
  /** The reason, for people. */
  why: string;
}

/** A source of definitions and how far it was read. */
export interface Source {
  /** Its configured name. */
  name: string;
  /** The tenant that it belongs to; null: the platform. */
  tenant: string | null;
  /** Where it is. */
  url: string;
  /** The branch that is followed. */
  branch: string;
  /** The folder that is read. */
  path: string;
  /** The commit that was read last; null before the first. */
  revision: string | null;
  /** That commit. */
  commit: Commit | null;
  /** When it was last read with success. */
  syncedAt: string | null;
  /** Why the last attempt failed; null when it did not. The last good revision stays in force. */
  failure: string | null;
}

/** The state of the platform as a tenant sees it: its own sources and the platform's. */
export interface Status {
  /** The tenant that was asked for. */
  tenant: string;
  /** Changes whenever anything that the API shows changes. */
  version: string;
  /** The commit of the source that was read last; null before the first. */
  revision: string | null;
  /** When that was. */
  syncedAt: string | null;
  /** The sources. */
  sources: Source[];
  /** One page of the problems: errors first, then by source, file and line. */
  problems: Problem[];
  /** How many problems there are in all. */
  problemCounts: {
    /** Errors. */
    error: number;
    /** Warnings. */
    warning: number;
    /** Remarks. */
    info: number;
  };
  /** What to pass as `after` for the next page; null on the last one. */
  next: string | null;
  /** The message brokers. */
  brokers: Link[];
  /** The providers of machines. */
  providers: Link[];
}

/** What a delivery has set off. */
export interface WebhookAnswer {
  /** The source. */
  source: string;
  /** The repository that the delivery names; null when it names none. */
  repository: string | null;
  /** The branch or tag that the delivery names; null when it names none. */
  reference: string | null;
  /** What is looked at again because of it: the source and its artifact repositories that match. */
  matched: string[];
  /** The same in one sentence. */
  detail: string;
}
