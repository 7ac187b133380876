// What reading a population and the default one share. Internal to the layer.
#pragma once

#include <array>

#include "simulate/population.hpp"

namespace candor::simulate {

// Weights of the scores under a bell curve, cut off at 0 and 10.
std::array<double, kScores> bell(double mean, double spread);

Segment default_segment(const survey::Document& document);
Population empty_population(const survey::Document& document);  // without segments

}  // namespace candor::simulate
