const dayjs = require("dayjs");
const Koa = require("koa");

const app = new Koa();
app.use((context) => {
  context.body = {
    later: later(context.query.from, Number(context.query.days)),
  };
});

function later(from, days) {
  return dayjs(from).add(days, "day").format("YYYY-MM-DD");
}

module.exports = { later };
if (require.main === module) app.listen(8000);
