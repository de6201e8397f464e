// A table becomes a model: learns 3 bits a feature for the built-in `fried` data, measures the
// model on rows it never saw, and saves it.
//
//   01_train [MODEL_TO_WRITE]
#include <cstdio>
#include <string>

#include "terse/base/error.h"
#include "terse/data/frame.h"
#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/file.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"

namespace {

void train_and_save(const std::string& path) {
  // Any DATA of the command line works here: "sensors.csv.gz", "openml:197", ...
  const terse::data::Frame frame = terse::data::read_frame("fried:5000", {});
  const terse::data::Table table = terse::data::select(frame, {.target = "y"});

  terse::train::Options options;
  options.bits = 3;
  options.hidden = {64, 64};
  options.epochs = 30;
  const terse::data::Split split =
      terse::data::random_split(table.rows(), options.test_fraction, options.seed);
  const terse::model::Model model = terse::train::train_model(table, split.train, options);

  const terse::train::Metrics metrics = terse::train::evaluate(model, table, split.test);
  std::printf("%zu bytes a message, %.1fx smaller than float32\n", model.payload_bytes(),
              model.compression());
  std::printf("R2 %.3f on %zu test rows\n", metrics.r2, metrics.rows);
  terse::model::write_file(model, path);
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    train_and_save(argument_count > 1 ? arguments[1] : "fried.terse");
    return 0;
  } catch (
      const terse::base::InputError& error) {  // what the user gave is wrong: says where and how
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  } catch (const terse::base::JobError& error) {  // the job could not be done: a full disk, say
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
