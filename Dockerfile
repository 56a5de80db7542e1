# The server as an image: docker build -t sparring . && docker run -p 4010:4010 -e SPARRING_TOKEN=a-secret sparring
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build
RUN npm prune --omit=dev --no-audit --no-fund
# For replicas that share their sessions: serve --store redis://…
RUN npm install --no-save --save-prod --omit=dev --no-audit --no-fund \
    redis@$(node -p "require('./package.json').devDependencies.redis")

FROM node:24-slim
ENV NODE_ENV=production
COPY --from=build /src/package.json /sparring/package.json
COPY --from=build /src/node_modules /sparring/node_modules
COPY --from=build /src/dist /sparring/dist
COPY --from=build /src/specs /sparring/specs
COPY --from=build /src/scenarios /sparring/scenarios
# Scenarios of yours are looked for here: -v ./scenarios:/project/scenarios
WORKDIR /project
USER node
EXPOSE 4010
HEALTHCHECK --interval=2s --timeout=5s --start-period=30s --retries=5 CMD ["node", "/sparring/dist/cli/main.js", "wait", "http://127.0.0.1:4010", "--timeout", "2s"]
ENTRYPOINT ["node", "/sparring/dist/cli/main.js"]
CMD ["serve", "--host", "0.0.0.0"]
