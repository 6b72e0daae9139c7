# SPDX-License-Identifier: GPL-2.0-or-later
#
# Change of latency by quantile: a forest plot with a row per quantile.
# usage: gnuplot -e "data='shift.dat'; out='shift'" shift.gp

load ARG0[1:strlen(ARG0) - strlen("shift.gp")]."effects.gp"
