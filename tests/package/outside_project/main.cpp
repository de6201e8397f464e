// Trains, saves, reads back, predicts and serves: a call into every component of the installed
// library, so that nothing it links is missing. Says what is wrong, or "ok".
#include <terse/serve.h>
#include <terse/train.h>

#include <cstdio>
#include <string>
#include <vector>

bool packs_as_documented();  // codec.cpp

namespace {

int wrong(const std::string& what) {
  std::fprintf(stderr, "outside_project: %s\n", what.c_str());
  return 1;
}

}  // namespace

int main() {
  if (!packs_as_documented()) return wrong("readings 21.5, 61, 2 do not become 0x92");

  const terse::data::Frame frame = terse::data::read_frame("fried:500", {});
  const terse::data::Table table = terse::data::select(frame, {.target = "y"});
  terse::train::Options options;
  options.bits = 2;
  options.hidden = {16};
  options.epochs = 5;
  const auto rows = terse::train::all_rows(table);
  const terse::model::Model trained = terse::train::train_model(table, rows, options);
  terse::model::write_file(trained, "trained.terse");

  const terse::model::Model model = terse::model::read_file("trained.terse");
  if (model.payload_bytes() != 3) return wrong("10 features of 2 bits are not 3 bytes");
  std::vector<float> before(table.rows());
  std::vector<float> after(table.rows());
  terse::model::Predictor(trained).predict(table.features, before);
  terse::model::Predictor(model).predict(table.features, after);
  if (before != after) return wrong("the model read back predicts differently");

  terse::serve::Service service({"trained.terse"}, "none");
  terse::serve::core::Uplink uplink;
  uplink.device = "pump-7";
  uplink.payload.assign(model.payload_bytes(), 0);
  const terse::serve::core::Answer answer = service.ask(uplink);
  if (answer.verdict != terse::serve::core::Verdict::stored) return wrong("a message was refused");
  std::puts("ok");
  return 0;
}
