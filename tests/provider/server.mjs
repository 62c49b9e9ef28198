// A real identity provider (npm oidc-provider, OpenID-certified) for the tests: node server.mjs PORT BACK
// POST /test tells it who signs in next, what their tokens say, and how it misbehaves.
import { generateKeyPairSync } from "node:crypto";
import * as jose from "jose";
import Provider from "oidc-provider";

const [port, back] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const secret = "a secret of thirty-two characters";
const client = {
  client_id: "carehub",
  client_secret: secret,
  redirect_uris: [back],
  post_logout_redirect_uris: [new URL("/sign-in", back).href],
};

function newKey(kid) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
}

const key = newKey("honest");
const foreign = newKey("honest");
const usual = { account: "alice-at-the-hospital", claims: {}, set: {}, sign: "honest", status: 200 };
let now = { ...usual };

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: [key] },
  cookies: { keys: ["a key of the tests"] },
  pkce: { required: () => true },
  acrValues: ["eidas1", "eidas2"],
  claims: { openid: ["sub"], scope_all: ["SubjectNameID", "email", "upn"] },
  scopes: ["openid", "scope_all"],
  features: { devInteractions: { enabled: false } },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...now.claims }) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid scope_all");
    await grant.save();
    return grant;
  },
});

// What it signs is changed on the way out, as a thief or a mistaken provider would.
async function signed(token) {
  const claims = { ...jose.decodeJwt(token), ...now.set };
  if (now.sign === "none") {
    const part = (value) => jose.base64url.encode(JSON.stringify(value));
    return `${part({ alg: "none" })}.${part(claims)}.`;
  }
  if (now.sign === "secret") {
    return new jose.SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
  }
  const with_ = await jose.importJWK(now.sign === "foreign" ? foreign : key, "RS256");
  return new jose.SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "honest" }).sign(with_);
}

provider.use(async (ctx, next) => {
  if (ctx.path === "/test") {
    const parts = [];
    for await (const part of ctx.req) parts.push(part);
    now = { ...usual, ...JSON.parse(Buffer.concat(parts).toString()) };
    ctx.body = {};
    return;
  }
  if (ctx.path.startsWith("/interaction/")) {
    const result = { login: { accountId: now.account } };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    ctx.respond = false;
    return;
  }
  await next();
  if (ctx.path === "/token" && ctx.body?.id_token) {
    ctx.body.id_token = await signed(ctx.body.id_token);
    if (now.status !== 200) ctx.status = now.status;
  }
});

provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
