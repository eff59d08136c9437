// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a shell writes ${X}
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeInstruction, maskInstruction } from '../../src/dockerfile/describe-history.ts'

const HASH = '4fab55df997e4c747d194036eef90496c7369c4f8d54f2ce232b4a094dea566d'

/** As BuildKit 0.33, the BuildKit of Docker 20.10, its legacy builder and the official images write them. */
const ENTRIES: readonly (readonly [createdBy: string, expected: string])[] = [
  ['', '(imported)'],
  [
    'RUN /bin/sh -c apt-get update     && apt-get install -y gcc # buildkit',
    'RUN apt-get update && apt-get install -y gcc',
  ],
  ['RUN |2 X=a b Y= /bin/sh -c echo one # buildkit', 'RUN echo one'],
  ['RUN |1 X=a /bin/bash -o pipefail -c echo one # buildkit', 'RUN echo one'],
  ['RUN /bin/ash -ec echo ash > /ash # buildkit', 'RUN echo ash > /ash'],
  ['RUN /bin/echo exec a b # buildkit', 'RUN /bin/echo exec a b'],
  ['RUN |2 X=a Y=b /bin/echo exec # buildkit', 'RUN /bin/echo exec'],
  ['RUN |2 X=a Y=b secret tail', 'RUN …'],
  ['RUN |3 X=a Y=b', 'RUN …'],
  ['RUN /bin/sh -c echo a\n  echo b\n # buildkit', 'RUN echo a echo b'],
  [
    "RUN # debian.sh --arch 'amd64' out/ 'trixie' '@1785715200'",
    "RUN # debian.sh --arch 'amd64' out/ 'trixie' '@1785715200'",
  ],
  ['/bin/sh -c set -eux;   make', 'RUN set -eux; make'],
  ['|1 TOKEN=abc /bin/sh -c make', 'RUN make'],
  ['|1 TOKEN=abc def /bin/sh -c sh -c make', 'RUN sh -c make'],
  ['COPY app.py . # buildkit', 'COPY app.py .'],
  ['COPY --chown=1:1 app.py /a b/ # buildkit', 'COPY --chown=1:1 app.py /a b/'],
  [`/bin/sh -c #(nop) COPY file:${HASH} in /app/ `, 'COPY … /app/'],
  [`/bin/sh -c #(nop) COPY --chown=1:1file:${HASH} in /app/ `, 'COPY --chown=1:1 … /app/'],
  [`/bin/sh -c #(nop) ADD multi:${HASH} in / `, 'ADD … /'],
  ['ADD alpine-minirootfs-3.24.2-x86_64.tar.gz / # buildkit', 'ADD alpine-minirootfs-3.24.2-x86_64.tar.gz /'],
  ['/bin/ash -o pipefail -c #(nop) WORKDIR /trigdir', 'WORKDIR /trigdir'],
  ['WORKDIR /app', 'WORKDIR /app'],
  ['ENV PATH=/usr/bin:/bin LANG=C.UTF-8', 'ENV PATH=*** LANG=***'],
  ['ENV A=b C=d e F=', 'ENV A=*** C=*** F=***'],
  ['/bin/sh -c #(nop)  ENV A=b C=d e', 'ENV A=*** C=***'],
  ['ARG TOKEN=abc', 'ARG TOKEN=***'],
  ['ARG X Y=y Z=z z', 'ARG X Y=*** Z=***'],
  ['/bin/sh -c #(nop)  ARG X', 'ARG X'],
  ['LABEL org.opencontainers.image.source=https://x.example/', 'LABEL org.opencontainers.image.source=***'],
  ['EXPOSE [8080/tcp 443/tcp]', 'EXPOSE 8080/tcp 443/tcp'],
  ['EXPOSE map[443/tcp:{} 80/tcp:{}]', 'EXPOSE 443/tcp 80/tcp'],
  ['/bin/sh -c #(nop)  VOLUME [/data]', 'VOLUME /data'],
  ['CMD ["/bin/sh" "-c" "echo hi"]', 'CMD ["/bin/sh", "-c", "echo hi"]'],
  ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
  ['/bin/sh -c #(nop)  ONBUILD ENV A=b', 'ONBUILD ENV A=***'],
  ['/bin/sh -c echo "#(nop) ENV A=b"', 'RUN echo "#(nop) ENV A=b"'],
]

test('history reads like a Dockerfile, without builders’ noise and without values', async t => {
  for (const [createdBy, expected] of ENTRIES)
    await t.test(createdBy, () => assert.equal(describeInstruction(createdBy), expected))
})

/** `S3` is in each secret and nowhere else. */
const SECRETS: readonly string[] = [
  'ENV A=S3',
  'ENV A="S3 S3" \\\n  B=S3',
  "ENV A='S3 S3'",
  'ENV A S3 S3',
  'ENV "A"=S3',
  'env a=S3\\ S3',
  'ARG A=S3',
  'ARG A B="S3 S3" C=S3',
  'ONBUILD ARG A=S3',
  'ONBUILD RUN curl https://u:S3@x.example/',
  'RUN export GITHUB_TOKEN=S3 && make',
  'RUN GITHUB_TOKEN="S3 S3" make',
  "RUN MY_SECRET='S3 S3';make",
  'RUN docker run -e TOKEN=S3 x',
  'RUN docker run -e "TOKEN=S3" x',
  'RUN tool --password S3 x',
  'RUN tool --password=S3 x',
  'RUN tool --password "S3 S3" x',
  'RUN tool --db-password \\\n  S3 x',
  'RUN tool --api-key S3',
  'RUN tool -token S3',
  'RUN tool --auth S3',
  'RUN ["tool", "--password", "S3"]',
  'RUN ["tool", "--password=S3"]',
  'RUN curl -H "Authorization: Bearer S3" https://x.example/',
  "RUN curl -H 'X-Api-Key: S3' https://x.example/",
  'RUN curl -H "PRIVATE-TOKEN: S3" https://x.example/',
  'RUN curl -u me:S3 https://x.example/',
  'RUN curl --user "me:S3" https://x.example/',
  'RUN git clone https://S3@x.example/a.git',
  'RUN git clone https://oauth2:S3@x.example/a.git',
  'RUN pip install --index-url https://me:S3@x.example/simple a',
  'RUN npm config set //x.example/:_authToken=S3',
  'RUN echo "//x.example/:_authToken=S3" > ~/.npmrc',
  `RUN echo '{"auths":{"x.example":{"auth":"S3"}}}' > /root/.docker/config.json`,
  'RUN echo "{\\"token\\": \\"S3\\"}" > /x',
  "RUN echo 'root:S3' | chpasswd",
  'RUN echo root:S3 | chpasswd',
  'RUN printf "-----BEGIN RSA PRIVATE KEY-----\\nS3S3\\n-----END RSA PRIVATE KEY-----" > /k',
  'RUN printf "-----BEGIN PRIVATE KEY-----\nS3S3',
  'RUN echo ghp_S3aaaaaaaaaaaaaaaaaaaaaaaa > /x',
  'RUN echo eyJS3aaaaaaaaa.S3bbbbbbbbbb.S3 > /x',
  'LABEL token=S3',
  'CMD ["server", "--secret", "S3"]',
  'HEALTHCHECK CMD curl https://me:S3@localhost/',
  'ADD https://me:S3@x.example/a.tar /x',
]

test('what is secret by name, by place or by shape is not shown', async t => {
  for (const text of SECRETS)
    await t.test(text, () => {
      const masked = maskInstruction(text)
      assert.doesNotMatch(masked, /S3/)
      assert.match(masked, /\*\*\*/)
      if (text.startsWith('RUN '))
        assert.doesNotMatch(describeInstruction(`|1 A=S3 /bin/sh -c ${text.slice('RUN '.length)}`), /S3/)
    })
})

/** Nothing to hide: the text stays as it is. */
const HARMLESS: readonly string[] = [
  'RUN apt-get install -y --no-install-recommends --allow-unauthenticated gcc',
  'RUN pip install google-auth==2.3 passlib==1.7.4 python-token>=1',
  'RUN --mount=type=secret,id=npm_token,target=/run/secrets/x npm ci',
  'RUN --mount=type=secret,id=t,env=API_TOKEN make',
  'RUN export GITHUB_TOKEN=$TOKEN && make',
  'RUN TOKEN="${X}" make',
  'RUN TOKEN=$(cat /run/secrets/token) make',
  'RUN tool --password "$PASSWORD" --token $TOKEN',
  'RUN ./configure --with-http_auth_request_module --without-auth foo',
  'RUN git clone ssh://git@github.com/a/b.git && git clone https://github.com/a/b.git',
  'RUN chown -R 1000:1000 /x && docker run -u 1000:1000 x',
  'RUN useradd -u 1000 app',
  'RUN [ "$AUTH" = yes ] && echo done',
  'RUN curl https://x.example:8080/a@b',
  'COPY secrets/token.txt /x',
  'WORKDIR /app/auth',
  'USER token',
  'RUN',
  '',
]

test('what is no secret stays as it is', async t => {
  for (const text of HARMLESS) await t.test(text, () => assert.equal(maskInstruction(text), text))
})

test('masking keeps the shape of the command', () => {
  assert.equal(
    maskInstruction(
      'RUN export TOKEN=abc && tool --password "x y" --verbose; curl -H "Authorization: Bearer t" https://u:p@h/',
    ),
    'RUN export TOKEN=*** && tool --password *** --verbose; curl -H "Authorization: ***" https://***@h/',
  )
  assert.equal(maskInstruction('ENV A=1 B="2 3"'), 'ENV A=*** B=***')
  assert.equal(maskInstruction('ARG A B=1'), 'ARG A B=***')
})

test('long and hostile text is masked in time that does not grow with its square', () => {
  const size = 200_000
  for (const part of [
    'a',
    ' ',
    '"',
    "'",
    '\\',
    '--',
    'a=',
    'token',
    'token=',
    '-u ',
    '://',
    'echo ',
    '|1 A=',
    '-----BEGIN PRIVATE KEY-----',
    '$(',
    'a:',
    '\t\n',
    ' # buildkit',
  ]) {
    const text = part.repeat(Math.ceil(size / part.length))
    const start = process.hrtime.bigint()
    for (const keyword of ['RUN', 'ENV', 'ARG', 'COPY', 'CMD']) describeInstruction(`${keyword} ${text}`)
    describeInstruction(text)
    const elapsedMs = Number(process.hrtime.bigint() - start) / 1e6
    assert.ok(elapsedMs < 3000, `${JSON.stringify(part)}: ${elapsedMs} ms`)
  }
})
