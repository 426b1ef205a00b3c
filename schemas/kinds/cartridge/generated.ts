/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Alias, Duration, Metadata, Port, Text } from '../shared/naming.generated.ts';
import type { Environment, LocalSection, Persistence, ProviderSection, Resources } from '../shared/launch.generated.ts';

/** What a member is: the image that runs, its ports, where artifacts land, and what it does on events. */
export interface Cartridge {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'Cartridge';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: CartridgeSpec;
}

/** The image, ports, artifacts, extensions and health check of its members. */
export interface CartridgeSpec {
  /** What people call it. */
  displayName?: Text;
  /** What it is for. */
  description?: Text;
  /** The version of what it runs. */
  version?: Text;
  /** `framework` runs code, `data` keeps data, `load-balancer` spreads requests over other clusters. */
  category: 'framework' | 'data' | 'load-balancer';
  /** Whether one member serves several tenants. */
  multiTenant?: boolean;
  /** Name → port. */
  portMapping?: {
    [k: string]: CartridgePortMapping;
  };
  /** Where artifacts land. */
  deployment?: {
    /** The folder in the member, absolute. */
    baseDir: string;
  };
  /** Event → program, as a path inside the artifact, or inside the image when the artifact has nothing there. Besides the events of the platform there may be others, which the console and the API call by name. */
  extensions?: {
    /** Starts the workload. */
    start?: CartridgeExtension;
    /** Runs after new artifacts are in place. */
    artifactsUpdated?: CartridgeExtension;
    /** Runs when the members that this one works with have changed. */
    peersUpdated?: CartridgeExtension;
    /** Runs before the member goes, after its requests have drained. */
    clean?: CartridgeExtension;
    /** Stops the workload. */
    stop?: CartridgeExtension;
    [k: string]: CartridgeExtension | undefined;
  };
  /** How to see that a member serves. When left out: its ports accept connections. */
  health?: CartridgeHealth;
  /** How long a member is given. */
  timeouts?: {
    /** From launch to Active. */
    start?: Duration;
    /** For requests in flight to end. */
    drain?: Duration;
    /** For one extension to run. */
    extension?: Duration;
  };
  /**
   * What its members publish; others import it as `alias.key`.
   *
   * @maxItems 64
   *
   * Items: The name under which a value is published.
   */
  metadataKeys?: string[];
  /** Environment variables of the workload. */
  environment?: Environment;
  /** What one member may use. */
  resources?: Resources;
  /** Volumes of each slot. */
  persistence?: Persistence;
  /** Provider → what it needs to start a member. */
  iaasProvider: {
    /** How the local provider starts a member on this machine. */
    local?: LocalSection;
    [k: string]: ProviderSection | LocalSection | undefined;
  };
}

/** One port of a member. */
export interface CartridgePortMapping {
  /** What is spoken there. */
  protocol: 'http' | 'https' | 'tcp';
  /** The port that the workload listens on; on the local provider a free one is picked and handed to the workload. */
  port: Port;
  /** The port under which the load balancer offers it. */
  proxyPort?: Port;
}

/** A path inside the artifact, or inside the image when the artifact has nothing there. */
export type CartridgeExtension = string;

/** A check of one port; with a path, an HTTP GET that has to answer 2xx or 3xx. */
export interface CartridgeHealth {
  /** The name of one of the cartridge's ports. */
  port: Alias;
  /** The path to GET. */
  path?: string;
  /** How often. */
  every?: Duration;
  /** How many in a row make a member unhealthy. */
  failures?: number;
}
