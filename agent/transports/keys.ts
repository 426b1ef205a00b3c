/**
 * The keys that messages are signed and brokers are entered with. One installation has an Ed25519 pair (assignments) and
 * one secret, the master, from which the key and the broker password of every member are derived (HKDF-SHA-256).
 * Nothing here is ever stored beside the state: whoever holds the identity is the platform. Secrets travel as KeyObjects,
 * which print nothing; only `identityMaterial` and `memberMaterial` turn them into text, for a file and for a launch.
 */

import {
  createHmac, createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, hkdfSync, randomBytes, type KeyObject,
} from 'node:crypto';
import { installationId, type InstallationId, type MemberId } from '../../schemas/ids.ts';

export interface InstallationIdentity {
  readonly installation: InstallationId;
  /** Ed25519, signs assignments. */
  readonly signingKey: KeyObject;
  readonly verifyingKey: KeyObject;
  /** 32 random bytes that member keys and broker passwords are derived from. */
  readonly master: KeyObject;
}

/** An identity as text, to be kept in a file of mode 0600 or a Secret. Keys are base64url of DER (PKCS #8, SPKI) or of raw bytes. */
export interface IdentityMaterial {
  readonly installation: string;
  readonly signingKey: string;
  readonly verifyingKey: string;
  readonly master: string;
}

/** What one member holds: enough to verify assignments and to sign its own reports, nothing of any other member. */
export interface MemberKeys {
  readonly installation: InstallationId;
  readonly member: MemberId;
  readonly verifyingKey: KeyObject;
  readonly memberKey: KeyObject;
}

/** A member's keys as text, placed at launch with its join configuration. */
export interface MemberMaterial {
  readonly installation: string;
  readonly member: string;
  readonly verifyingKey: string;
  readonly memberKey: string;
}

/** Makes a new installation: an id, a signing pair and a master secret. */
export function createIdentity(): InstallationIdentity {
  const pair = generateKeyPairSync('ed25519');
  return {
    installation: installationId(`stratos-${randomBytes(6).toString('hex')}`),
    signingKey: pair.privateKey,
    verifyingKey: pair.publicKey,
    master: createSecretKey(randomBytes(32)),
  };
}

export function identityMaterial(identity: InstallationIdentity): IdentityMaterial {
  return {
    installation: identity.installation,
    signingKey: identity.signingKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
    verifyingKey: publicText(identity.verifyingKey),
    master: identity.master.export().toString('base64url'),
  };
}

/** @throws TypeError when the material is not a whole identity. No message quotes it. */
export function loadIdentity(material: IdentityMaterial): InstallationIdentity {
  const master = secretOf(material.master, 'master');
  try {
    const signingKey = createPrivateKey({ key: Buffer.from(material.signingKey, 'base64url'), type: 'pkcs8', format: 'der' });
    const verifyingKey = publicKeyOf(material.verifyingKey);
    if (!createPublicKey(signingKey).equals(verifyingKey)) throw new TypeError('the two keys are not a pair');
    return { installation: installationOf(material.installation), signingKey, verifyingKey, master };
  } catch (cause) {
    throw new TypeError('the installation identity holds no Ed25519 key pair', { cause });
  }
}

/** The keys that a member gets at launch. */
export function memberKeys(identity: InstallationIdentity, member: MemberId): MemberKeys {
  return {
    installation: identity.installation,
    member,
    verifyingKey: identity.verifyingKey,
    memberKey: deriveMemberKey(identity.master, identity.installation, member),
  };
}

export function memberMaterial(identity: InstallationIdentity, member: MemberId): MemberMaterial {
  const keys = memberKeys(identity, member);
  return {
    installation: keys.installation,
    member,
    verifyingKey: publicText(keys.verifyingKey),
    memberKey: keys.memberKey.export().toString('base64url'),
  };
}

/** @throws TypeError when the material is not whole. No message quotes it. */
export function loadMemberKeys(material: MemberMaterial): MemberKeys {
  const memberKey = secretOf(material.memberKey, 'memberKey');
  try {
    return {
      installation: installationOf(material.installation),
      member: material.member as MemberId,
      verifyingKey: publicKeyOf(material.verifyingKey),
      memberKey,
    };
  } catch (cause) {
    throw new TypeError('the join configuration holds no Ed25519 public key', { cause });
  }
}

/** The HMAC key of one member: HKDF-SHA-256 of the master, salted with the installation, bound to the member id. */
export function deriveMemberKey(master: KeyObject, installation: InstallationId, member: MemberId): KeyObject {
  return createSecretKey(derive(master, installation, `stratos/member-key/v1/${member}`));
}

/** The password with which a member enters the embedded broker; its user name is its member id. */
export function memberBrokerPassword(identity: InstallationIdentity, member: MemberId): string {
  return derive(identity.master, identity.installation, `stratos/broker-member/v1/${member}`).toString('base64url');
}

/** The password with which the reconciler enters the embedded broker; its user name is the installation id. */
export function reconcilerBrokerPassword(identity: InstallationIdentity): string {
  return derive(identity.master, identity.installation, 'stratos/broker-reconciler/v1').toString('base64url');
}

export function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function derive(master: KeyObject, installation: InstallationId, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, installation, purpose, 32));
}

function publicText(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64url');
}

function publicKeyOf(text: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(text, 'base64url'), type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return key;
}

function secretOf(text: string, name: string): KeyObject {
  const bytes = Buffer.from(String(text), 'base64url');
  if (bytes.length !== 32) throw new TypeError(`${name} must be 32 bytes in base64url, not ${bytes.length}`);
  return createSecretKey(bytes);
}

function installationOf(text: string): InstallationId {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(text)) throw new TypeError('the installation id must be one word of letters, digits, - and _');
  return installationId(text);
}
