# One image for gateway, worker, sandbox and migrations; the command chooses:
#   node dist/apps/gateway/src/main.js           (default)
#   node --max-semi-space-size=64 --heap-growing-percent=20 dist/apps/worker/src/main.js
#   node dist/apps/wechat-sandbox/src/main.js
#   node dist/database/migrate.js
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS base
RUN install -d -o node -g node /app /var/lib/wechat-sandbox
WORKDIR /app
USER node

# Everything, compiler included. No package needs its install script.
FROM base AS deps
COPY --chown=node:node package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund

FROM deps AS build
COPY --chown=node:node nest-cli.json tsconfig.json ./
COPY --chown=node:node apps ./apps
COPY --chown=node:node libs ./libs
COPY --chown=node:node database ./database
COPY --chown=node:node tools ./tools
RUN npm run build

FROM base AS packages
COPY --chown=node:node package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The files belong to root and the process to `node`: it cannot change its own program.
FROM base AS runtime
ENV NODE_ENV=production \
    GATEWAY_HOST=0.0.0.0 \
    NODE_OPTIONS=--enable-source-maps
COPY --chown=root:root package.json ./
COPY --chown=root:root --from=packages /app/node_modules ./node_modules
COPY --chown=root:root --from=build /app/dist ./dist
EXPOSE 3000
# For the gateway; docker-compose.yml has one for each of the other processes.
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GATEWAY_PORT || 3000}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No init inside: the processes start no children and stop on SIGTERM themselves. docker-compose.yml sets `init: true`
# all the same, so that a migration, which has no handler, can be stopped; with `docker run` add --init.
CMD ["node", "dist/apps/gateway/src/main.js"]
