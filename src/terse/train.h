// Component terse::train: tables, splits, training, and metrics of the result.
#pragma once

#include "terse/data/frame.h"
#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/predict.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/options.h"
