/* Generated from the schemas by `npm run generate`; change the schemas instead. */

/** Lower-case letters, digits and inner hyphens, at most 63 characters. */
export type Name = string;

/** What a cartridge or a group is called where it is used: lower-case letters and digits with single inner hyphens, at most 63 characters. */
export type Alias = string;

/** Aliases from the application (or from where the policy is attached) down, joined by `/`, e.g. `tiers/api`. */
export type AliasPath = string;

/** A name in the own tenant, or `tenant/name`. */
export type QualifiedName = string;

/** The name of an environment variable: letters, digits and underscores, not starting with a digit. */
export type VariableName = string;

/** Hours, minutes and seconds, e.g. `5s`, `2m`, `1h30m`. */
export type Duration = string;

/** A whole percentage from `0%` to `100%`. */
export type Percentage = string;

/** Bytes, or a number with a unit: `Ki`, `Mi`, `Gi`, `Ti` (powers of 1024) or `k`, `M`, `G`, `T` (powers of 1000), e.g. `256Mi`. */
export type Quantity = string | number;

/** A TCP port number. */
export type Port = number;

/** A line of text for people. */
export type Text = string;

/** The name of a secret that the platform keeps; never the secret itself. */
export type SecretName = string;

/** The only form in which a secret appears in a definition. */
export interface SecretReference {
  /** The name of the secret. */
  secret: SecretName;
}

/** Names and values to select documents by. */
export interface Labels {
  /** What the label says. */
  [k: string]: string;
}

/** Notes on the document. Those that begin with `stratos/` are instructions to the reconciler. */
export interface Annotations {
  /** Why the reconciler must leave this alone: it plans and reports, and does nothing. The value is the reason. */
  'stratos/paused'?: string;
  /** Why nothing new may start here; what runs is kept. The value is the reason. */
  'stratos/cordoned'?: string;
  /**
   * A note for people and other tools.
   *
   * This interface was referenced by `Annotations`'s JSON-Schema definition
   * via the `patternProperty` "^(?!stratos/)[A-Za-z0-9][A-Za-z0-9._/-]*$".
   */
  [k: string]: string | undefined;
}

/** What the document is called. */
export interface Metadata {
  /** Unique for this kind in the tenant. */
  name: Name;
  /** Names and values to select documents by. */
  labels?: Labels;
  /** Notes on the document, and `stratos/paused` and `stratos/cordoned` with their reasons. */
  annotations?: Annotations;
}
