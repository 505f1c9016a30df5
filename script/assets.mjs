// Copies the browser's share of node_modules into redbag/static/vendor (git-ignored):
//   nhsuk/nhsuk-frontend.css      compiled styles, arial in place of the licensed font
//   nhsuk/nhsuk-frontend.js       ES module: initAll, createAll, ...
//   nhsuk/images/                 icons, favicons
//   zxing/reader/index.js         ES module: readBarcodes, prepareZXingModule, ...
//   zxing/reader/zxing_reader.wasm
//   zxing/share.js                what reader/index.js imports
//   idb/index.js                  ES module: openDB
//   fonts/NotoSans_*.ttf          what the papers are set in
//   axe/axe.min.js                tests only; left out where devDependencies are

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const from = (path) => join(root, "node_modules", path)
const to = (path) => join(root, "redbag/static/vendor", path)

const REMOTE_FONT = /@font-face\s*\{[^}]*assets\.nhs\.uk[^}]*\}/g
const SOURCE_MAP = /\/\*# sourceMappingURL=.*?\*\/|\/\/# sourceMappingURL=.*$/gm
const ZXING_CDN = /`https:\/\/fastly\.jsdelivr\.net\/npm\/zxing-wasm@[\d.]+\/dist\/\$\{n\[1\]\}\/\$\{e\}`/

function copy(source, target, ...edits) {
  mkdirSync(dirname(to(target)), { recursive: true })
  let text = readFileSync(from(source), "utf8").replace(SOURCE_MAP, "")
  for (const [pattern, replacement] of edits) {
    if (text.search(pattern) < 0) throw new Error(`${source} no longer contains ${pattern}`)
    text = text.replace(pattern, replacement)
  }
  if (/https?:\/\/[^\s"'`]*(assets\.nhs\.uk|jsdelivr)/.test(text)) throw new Error(`${source} still loads from elsewhere`)
  writeFileSync(to(target), text)
}

rmSync(to(""), { recursive: true, force: true })

const nhsuk = "nhsuk-frontend/dist/nhsuk"
copy(`${nhsuk}/nhsuk-frontend.min.css`, "nhsuk/nhsuk-frontend.css", [REMOTE_FONT, ""], [/url\("?\/assets\//g, (url) => url.replace("/assets/", "")])
copy(`${nhsuk}/nhsuk-frontend.min.js`, "nhsuk/nhsuk-frontend.js")
cpSync(from(`${nhsuk}/assets/images`), to("nhsuk/images"), { recursive: true })

copy("zxing-wasm/dist/es/reader/index.js", "zxing/reader/index.js")
copy("zxing-wasm/dist/es/share.js", "zxing/share.js", [ZXING_CDN, "new URL(`${n[1]}/${e}`, import.meta.url).href"])
cpSync(from("zxing-wasm/dist/reader/zxing_reader.wasm"), to("zxing/reader/zxing_reader.wasm"))

copy("idb/build/index.js", "idb/index.js")

for (const weight of ["400Regular", "700Bold"]) {
  const file = `NotoSans_${weight}.ttf`
  cpSync(from(`@expo-google-fonts/noto-sans/${weight}/${file}`), to(`fonts/${file}`))
}

if (existsSync(from("axe-core/axe.min.js"))) copy("axe-core/axe.min.js", "axe/axe.min.js")
