export { failed as bad, found as good } from "../signals.js"
