/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Metadata, Text } from '../shared/naming.generated.ts';

/** An application with parameters and deployment patterns, to be used again and again. */
export interface ApplicationTemplate {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'ApplicationTemplate';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: ApplicationTemplateSpec;
}

/** Parameters, deployment patterns, and the application they fill in. */
export interface ApplicationTemplateSpec {
  /** What an application that uses the template must or may say. */
  parameters?: ApplicationTemplateParameters;
  /** Name → what choosing this pattern sets in the application. */
  patterns?: {
    /** A part of an application's `spec`, laid over the template's. */
    [k: string]: {};
  };
  /** The `spec` of the application. `${name}` in place of a whole value stands for that parameter, with its type. */
  application: {};
}

/** A JSON Schema for the parameters. */
export interface ApplicationTemplateParameters {
  /**
   * The parameters that have to be given.
   *
   * @maxItems 64
   *
   * Items: The name of a parameter.
   */
  required?: string[];
  /** Name → what values it takes. */
  properties: {
    [k: string]: ApplicationTemplateParameter;
  };
}

/** What values one parameter takes. */
export interface ApplicationTemplateParameter {
  /** What to call it. */
  title?: Text;
  /** What it is for. */
  description?: Text;
  /** The type of its values. */
  type: 'string' | 'integer' | 'number' | 'boolean';
  /** The value when none is given. */
  default?: string | number | boolean;
  /**
   * The values that may be given.
   *
   * @minItems 1
   * @maxItems 256
   *
   * Items: One value.
   */
  enum?: (string | number | boolean)[];
  /** The smallest number. */
  minimum?: number;
  /** The largest number. */
  maximum?: number;
  /** The fewest characters. */
  minLength?: number;
  /** The most characters. */
  maxLength?: number;
  /** The form of a text. */
  format?: 'uri' | 'hostname' | 'email' | 'date-time';
}
