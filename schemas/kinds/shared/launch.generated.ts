/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Quantity, SecretReference } from './naming.generated.ts';

/** A text, a number or a truth value. */
export type Scalar = string | number | boolean;

/** Environment variables of the workload. */
export interface Environment {
  /** A text, a number or a truth value; the workload sees its text. */
  [k: string]: Scalar;
}

/** Launch settings that hold for everything placed here, unless a deeper layer says otherwise. */
export interface Properties {
  [k: string]: SettingValue;
}

/** The name of a launch setting: letters, digits, dots, underscores and hyphens, starting with a letter. */
export type SettingName = string;

/** A text, a number, a truth value, a list of texts, or `{secret: name}`. */
export type SettingValue = Scalar | string[] | SecretReference;

/** One value, or one per region of the partitions; `default` stands for every other region. */
export type SettingByRegion =
  | SettingValue
  | {
      [k: string]: SettingValue;
    };

/** What one provider needs to start a member. Each value may be keyed by region. */
export interface ProviderSection {
  /** The image to start, as the provider names it. */
  imageId?: SettingByRegion;
  /** The size of the machine, as the provider names it. */
  instanceType?: SettingByRegion;
  [k: string]: SettingByRegion | undefined;
}

/** How the local provider starts a member on this machine. */
export interface LocalSection {
  /** The name of a local image. */
  image: string;
  /**
   * The program and its arguments, in place of the image's own.
   *
   * @minItems 1
   * @maxItems 256
   *
   * Items: The program, or one argument.
   */
  command?: string[];
  /** Environment variables of the workload on this provider. */
  environment?: Environment;
}

/** What one member may use. */
export interface Resources {
  /** Cores, in fractions if need be. */
  cpu?: number;
  /** Memory, e.g. `256Mi`. */
  memory?: Quantity;
}

/** Storage that outlives a member: the next life in the slot gets the same volume. */
export interface Volume {
  /** How much it holds, e.g. `10Gi`. Needed unless `volumeId` names one that is there. */
  size?: Quantity;
  /** Where it is mounted; absolute. */
  mappingPath?: string;
  /** What becomes of it when its slot is no longer wanted. */
  onRemoval?: 'keep' | 'delete';
  /** The device name on the machine, where the provider wants one. */
  device?: string;
  /** A snapshot to create it from. */
  snapshotId?: string;
  /** A volume that exists already, as the provider names it. */
  volumeId?: string;
}

/** Storage that outlives members. */
export interface Persistence {
  /** Name → volume. */
  volumes: {
    [k: string]: Volume;
  };
}
