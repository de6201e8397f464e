// Component terse::predict: predictions of a model from readings or codes.
#pragma once

#include "terse/codec.h"
#include "terse/model/predictor.h"
